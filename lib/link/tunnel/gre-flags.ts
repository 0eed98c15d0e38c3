/**
 * What a GRE header may hold, by the words of `ip`: a key, a sequence number, a checksum, for either direction.
 *
 * The kernel has two attributes for it in each direction, bits (IFLA_GRE_IFLAGS, OFLAGS) and a key (IKEY, OKEY), and whether there
 * is a key at all the bits say: 0 is a key as well. So `iKey: 5` writes the key and its bit, `iSeq: true` another bit of the
 * same attribute, and a reply is taken apart in the same way.
 */
import { bit } from '../../codec/bit.js'
import type { Codec } from '../../codec/codec.js'
import { be16 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { attributeParts } from '../../codec/table.js'
import type { Values } from '../kind.js'

const bits = be16()

// In network order, in which if_tunnel.h has them.
const GRE_CSUM = 0x8000
const GRE_KEY = 0x2000
const GRE_SEQ = 0x1000

type KeyCodec<In> = Codec<In | null, number | null | undefined>

/** There is a key, where there is one `null` says that there is none. */
const isKeyed: KeyCodec<unknown> = {
  expected: 'a key, or null',
  write: (writer, value) => bits.write(writer, value === null ? 0 : GRE_KEY),
  read: (source, start, end) => ((bits.read(source, start, end) & GRE_KEY) === 0 ? null : undefined),
}

function keyOrNone<In>(key: Codec<In, number>): KeyCodec<In> {
  const expected = `${key.expected}, or null for none`
  return {
    expected,
    write(writer, value) {
      try {
        if (value === null) writer.u32(0)
        else key.write(writer, value)
      } catch (error) {
        throw error instanceof Rejection ? new Rejection(expected, value) : error
      }
    },
    read: key.read,
  }
}

const iFlags = <In, Out>(codec: Codec<In, Out>) =>
  ({ constant: 'IFLA_GRE_IFLAGS', number: 2, codec, shared: true }) as const
const oFlags = <In, Out>(codec: Codec<In, Out>) =>
  ({ constant: 'IFLA_GRE_OFLAGS', number: 3, codec, shared: true }) as const
const iKey = <In>(key: Codec<In, number>) => ({ constant: 'IFLA_GRE_IKEY', number: 4, codec: keyOrNone(key) }) as const
const oKey = <In>(key: Codec<In, number>) => ({ constant: 'IFLA_GRE_OKEY', number: 5, codec: keyOrNone(key) }) as const

/** Rows of the keys: for what comes in, for what goes out, and for both. */
export const inKey = <In>(key: Codec<In, number>) =>
  attributeParts<In | null, number | null>([iKey(key), iFlags(isKeyed)])
export const outKey = <In>(key: Codec<In, number>) =>
  attributeParts<In | null, number | null>([oKey(key), oFlags(isKeyed)])
const both = <const Covered extends readonly string[]>(...covers: Covered) => ({ writeOnly: true, covers }) as const
export const bothKeys = <In>(key: Codec<In, number>) => {
  const parts = [iKey(key), iFlags(isKeyed), oKey(key), oFlags(isKeyed)]
  return attributeParts<In | null, number | null, ReturnType<typeof both>>(parts, both('iKey', 'oKey'))
}

export const seqRows = {
  /** Sequence numbers in both directions: `iSeq` and `oSeq`. `seq`, `noseq` */
  seq: attributeParts([iFlags(bit(bits, GRE_SEQ)), oFlags(bit(bits, GRE_SEQ))], both('iSeq', 'oSeq')),
  /** Takes only packets that have a sequence number, and in order. `iseq`, `noiseq` */
  iSeq: attributeParts([iFlags(bit(bits, GRE_SEQ))]),
  /** Numbers the packets that it sends. `oseq`, `nooseq` */
  oSeq: attributeParts([oFlags(bit(bits, GRE_SEQ))]),
}

export const csumRows = {
  /** Checksums in both directions: `iCsum` and `oCsum`. `csum`, `nocsum` */
  csum: attributeParts([iFlags(bit(bits, GRE_CSUM)), oFlags(bit(bits, GRE_CSUM))], both('iCsum', 'oCsum')),
  /** Takes only packets that have a checksum. `icsum`, `noicsum` */
  iCsum: attributeParts([iFlags(bit(bits, GRE_CSUM))]),
  /** Puts a checksum into the packets that it sends. `ocsum`, `noocsum` */
  oCsum: attributeParts([oFlags(bit(bits, GRE_CSUM))]),
}

const shortWords = { key: ['iKey', 'oKey'], seq: ['iSeq', 'oSeq'], csum: ['iCsum', 'oCsum'] } as const

/** `key` says both `iKey` and `oKey`: beside one of them it would contradict it. */
export function checkShortWords(data: Readonly<Values>): void {
  for (const [word, covered] of Object.entries(shortWords)) {
    const said = covered.find((name) => data[name] !== undefined)
    if (data[word] !== undefined && said !== undefined)
      throw new Rejection(`nothing beside ${word}, which says both ${covered.join(' and ')}`, data[said]).within(said)
  }
}
