/** netem: delays, loses, doubles, damages and reorders packets. `tc qdisc add … netem` */
import type { Codec } from '../../codec/codec.js'
import type { StructOut } from '../../codec/struct.js'
import type { QdiscKind } from '../kind.js'
import { complete } from '../netem/complete.js'
import { netemXstats } from '../netem/message.js'
import type { NetemData, NetemOptions } from '../netem/options.js'
import { readNetem } from '../netem/read.js'
import { writeNetem } from '../netem/write.js'
import type { QdiscOf } from '../qdisc.js'

/** What netem has counted (Linux 7.2). */
export interface NetemXstats extends StructOut<typeof netemXstats.fields> {}
export interface NetemQdisc extends QdiscOf<'netem', NetemData, NetemXstats> {}

const isSome = (percent: unknown) => percent !== undefined && percent !== 0

const options: Codec<NetemOptions, NetemData> = { expected: 'options of netem', write: writeNetem, read: readNetem }

export const netem: QdiscKind<'netem', NetemOptions, NetemQdisc> = {
  kind: 'netem',
  config: 'CONFIG_NET_SCH_NETEM',
  options,
  xstats: netemXstats,
  complete,
  // check_netem_in_tree, in kernels of 2025 and since: a netem that duplicates is the only one on a link.
  excludes: (old, own) => isSome(old.duplicate) || isSome(own.duplicate),
}
