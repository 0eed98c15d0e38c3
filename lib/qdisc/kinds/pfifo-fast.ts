/** pfifo_fast: three bands by priority, the kernel's default. `tc qdisc show` */
import type { Codec } from '../../codec/codec.js'
import type { StructOut } from '../../codec/struct.js'
import { noOptions, type QdiscKind } from '../kind.js'
import { prioMap } from '../prio.js'
import type { QdiscOf } from '../qdisc.js'

export interface PfifoFastData extends StructOut<typeof prioMap.fields> {}
export interface PfifoFastQdisc extends QdiscOf<'pfifo_fast', PfifoFastData> {}

const options: Codec<Readonly<Record<string, unknown>>, PfifoFastData> = { ...noOptions, read: prioMap.read }

export const pfifoFast: QdiscKind<'pfifo_fast', Record<never, never>, PfifoFastQdisc> = {
  kind: 'pfifo_fast',
  config: 'CONFIG_NET_SCHED',
  options,
}
