/** bfifo: one queue, as long as so many bytes. `tc qdisc add … bfifo` */
import { field, type StructIn, type StructOut } from '../../codec/struct.js'
import { fifoCodec } from '../fifo.js'
import type { QdiscKind } from '../kind.js'
import type { QdiscOf } from '../qdisc.js'
import { size } from '../units/size.js'

export const bfifoOptions = fifoCodec({
  /** Most bytes that wait; as many packets of the link's MTU as its transmit queue has unless said. `limit` */
  limit: field('limit', size()),
})

/** Options of bfifo. */
export interface BfifoOptions extends StructIn<typeof bfifoOptions.fields> {}
export interface BfifoData extends StructOut<typeof bfifoOptions.fields> {}
export interface BfifoQdisc extends QdiscOf<'bfifo', BfifoData> {}

export const bfifo: QdiscKind<'bfifo', BfifoOptions, BfifoQdisc> = {
  kind: 'bfifo',
  config: 'CONFIG_NET_SCH_FIFO',
  options: bfifoOptions,
}
