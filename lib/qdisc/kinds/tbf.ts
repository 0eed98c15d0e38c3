/** tbf: a token bucket; nothing leaves faster than a rate. `tc qdisc add … tbf` */
import type { Codec } from '../../codec/codec.js'
import type { QdiscKind, Values } from '../kind.js'
import type { QdiscOf } from '../qdisc.js'
import type { TbfData, TbfOptions } from '../tbf/options.js'
import { readTbf } from '../tbf/read.js'
import { writeTbf } from '../tbf/write.js'

export interface TbfQdisc extends QdiscOf<'tbf', TbfData> {}

const options: Codec<TbfOptions, TbfData> = { expected: 'options of tbf', write: writeTbf, read: readTbf }

/** The kernel keeps nothing of what was. */
function complete(now: Values, changes: Values): Values {
  const { unknown: _, limit, ...whole } = now
  return { ...whole, ...(changes.latency === undefined && { limit }), ...changes }
}

export const tbf: QdiscKind<'tbf', TbfOptions, TbfQdisc> = {
  kind: 'tbf',
  config: 'CONFIG_NET_SCH_TBF',
  options,
  complete,
}
