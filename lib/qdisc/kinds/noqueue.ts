/** noqueue: no queue at all, as links that are no hardware have it. `tc qdisc add … noqueue` */
import { noOptions, type QdiscKind } from '../kind.js'
import type { QdiscOf } from '../qdisc.js'

export interface NoqueueQdisc extends QdiscOf<'noqueue', Record<never, never>> {}

export const noqueue: QdiscKind<'noqueue', Record<never, never>, NoqueueQdisc> = {
  kind: 'noqueue',
  config: 'CONFIG_NET_SCHED',
  options: noOptions,
}
