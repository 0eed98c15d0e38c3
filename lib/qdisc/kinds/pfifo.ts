/** pfifo: one queue, as long as so many packets. `tc qdisc add … pfifo` */
import { u32 } from '../../codec/integers.js'
import { field, type StructIn, type StructOut } from '../../codec/struct.js'
import { fifoCodec } from '../fifo.js'
import type { QdiscKind } from '../kind.js'
import type { QdiscOf } from '../qdisc.js'

export const pfifoOptions = fifoCodec({
  /** Most packets that wait; as many as the link's transmit queue unless said. `limit` */
  limit: field('limit', u32()),
})

/** Options of pfifo. */
export interface PfifoOptions extends StructIn<typeof pfifoOptions.fields> {}
export interface PfifoData extends StructOut<typeof pfifoOptions.fields> {}
export interface PfifoQdisc extends QdiscOf<'pfifo', PfifoData> {}

export const pfifo: QdiscKind<'pfifo', PfifoOptions, PfifoQdisc> = {
  kind: 'pfifo',
  config: 'CONFIG_NET_SCH_FIFO',
  options: pfifoOptions,
}
