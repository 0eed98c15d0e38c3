/** mq: a qdisc for each transmit queue of the hardware. `tc qdisc show` */
import { noOptions, type QdiscKind } from '../kind.js'
import type { QdiscOf } from '../qdisc.js'

export interface MqQdisc extends QdiscOf<'mq', Record<never, never>> {}

export const mq: QdiscKind<'mq', Record<never, never>, MqQdisc> = {
  kind: 'mq',
  config: 'CONFIG_NET_SCHED',
  options: noOptions,
}
