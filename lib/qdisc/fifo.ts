/** What pfifo and bfifo have in common. */
import { type Fields, type Struct, struct } from '../codec/struct.js'

/** Without a limit nothing is sent: the kernel takes a zero at its word. */
export const fifoCodec = <const F extends Fields>(fields: F): Struct<F> => ({
  ...struct('tc_fifo_qopt', fields),
  omits: (value) => Object.values(value).every((one) => one === undefined),
})
