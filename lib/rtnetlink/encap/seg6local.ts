/** seg6local: IPv6 segment routing (SRv6), where packets come to one of its segments. `encap seg6local action End.DX6 nh6 2001:db8::2` */
import { Rejection, within } from '../../codec/rejection.js'
import type { InferResult, WithUnknown } from '../../codec/table.js'
import type { LinkRef } from '../link-index.js'
import { copyOptions, refuse, required } from '../options.js'
import {
  type Action,
  action,
  type bpfProgAttributes,
  type Flavor,
  type flavorAttributes,
  type Seg6localCounters,
  seg6localEncapAttributes,
} from './seg6local-attributes.js'
import type { Segments } from './srh.js'
import type { EncapType, Values } from './type.js'

/** `ip -6 route add 2001:db8::100 encap seg6local action End.DX6 nh6 2001:db8:1::2 dev eth0` */
export interface Seg6localEncapOptions {
  readonly type: 'seg6local'
  /** What becomes of a packet: `'End'`, `'End.X'`, `'End.DT6'` … `action` */
  readonly action: Action
  /** End.B6, End.B6.Encaps: the segments that it gets. `srh segs 2001:db8::1,2001:db8::2` */
  readonly srh?: Segments | undefined
  /** End.T, End.DT6: the table to look its destination up in. `table` */
  readonly table?: number | undefined
  /** End.DX4: the next hop. `nh4` */
  readonly nh4?: string | undefined
  /** End.X, End.DX6: the next hop. `nh6` */
  readonly nh6?: string | undefined
  /** `iif` */
  readonly iif?: LinkRef | undefined
  /** End.DX2: the link that the frame leaves by. End.X: where the next hop is (Linux 6.17; before that it is passed over in silence). `oif` */
  readonly oif?: LinkRef | undefined
  /** End.DT4, End.DT46, End.DT6: the table of a VRF; needs one, and `net.vrf.strict_mode`. `vrftable` */
  readonly vrftable?: number | undefined
  /** Count packets, bytes and errors (Linux 5.14). `count` */
  readonly counters?: boolean | Seg6localCounters | undefined
  /** End, End.X: variants of RFC 8986 (psp: Linux 6.1), and the compressed segments of RFC 9800 (next-csid: Linux 6.1). `flavors` */
  readonly flavors?: readonly Flavor[] | undefined
  /** With `'next-csid'`: bits of the block that all segments share. Absent: 32. `lblen` */
  readonly lblen?: number | undefined
  /** With `'next-csid'`: bits of a segment. Absent: 16. `nflen` */
  readonly nflen?: number | undefined
}
/** What becomes of packets that come to a segment. */
export interface Seg6localEncap extends WithUnknown {
  readonly type: 'seg6local'
  readonly action?: Action
  readonly srh?: Segments
  readonly table?: number
  readonly nh4?: string
  readonly nh6?: string
  /** Index of the link. */
  readonly iif?: number
  /** Index of the link. */
  readonly oif?: number
  /** End.BPF: the program. */
  readonly bpf?: InferResult<typeof bpfProgAttributes>
  readonly vrftable?: number
  readonly counters?: Seg6localCounters
  readonly flavors?: readonly Flavor[]
  readonly lblen?: number
  readonly nflen?: number
}

/** What each action looks at (seg6_action_table); the kernel passes over the rest in silence. */
const looksAt: Readonly<
  Record<string, { readonly needs?: readonly (readonly string[])[]; readonly may?: readonly string[] }>
> = {
  End: { may: ['flavors'] },
  'End.X': { needs: [['nh6']], may: ['flavors', 'oif'] },
  'End.T': { needs: [['table']] },
  'End.DX2': { needs: [['oif']] },
  'End.DX6': { needs: [['nh6']] },
  'End.DX4': { needs: [['nh4']] },
  'End.DT6': { needs: [['table', 'vrftable']] },
  'End.DT4': { needs: [['vrftable']] },
  'End.DT46': { needs: [['vrftable']] },
  'End.B6': { needs: [['srh']] },
  'End.B6.Encaps': { needs: [['srh']] },
}
const choosy = ['srh', 'table', 'nh4', 'nh6', 'iif', 'oif', 'vrftable', 'flavors']

function checkAction(options: Readonly<Values>): void {
  const said = required(options, 'action', action.expected) as Action
  const name = within('action', () => action.fromNumber(action.toNumber(said)))
  if (name === 'End.BPF') throw new Rejection('no End.BPF: its program takes bpf(2)', name).within('action')
  const rules = looksAt[name]
  if (rules === undefined) return
  const { needs = [], may = [] } = rules
  for (const names of needs) {
    const given = names.filter((one) => options[one] !== undefined)
    if (given.length !== 1)
      throw new Rejection(
        `${given.length === 0 ? names.join(' or ') : `one of ${names.join(', ')}`} for ${name}`,
        options[names[0] as string],
      ).within(names[0] as string)
  }
  const known = [...needs.flat(), ...may]
  refuse(
    options,
    choosy.filter((one) => !known.includes(one)),
    `${name} does not look at it`,
  )
}

function check(options: Readonly<Values>): void {
  checkAction(options)
  const { flavors } = options
  if (!Array.isArray(flavors) || !flavors.some((name) => name === 'next-csid' || name === 4))
    refuse(options, ['lblen', 'nflen'], "only the flavor 'next-csid' has it")
}

const zeros = { packets: 0n, bytes: 0n, errors: 0n }

/** That they are there is what counts: the kernel begins with zeros whatever it is told. */
function wanted(counters: unknown): object {
  if (counters === undefined || counters === false) return {}
  if (counters === true || (typeof counters === 'object' && counters !== null)) return { counters: zeros }
  throw new Rejection('true or false', counters).within('counters')
}

const keepsHeader = (what: Action) => what === 'End.B6' || what === 9

/** End.B6 puts its segments in front of the packet's own destination, for which there has to be room. */
const withRoom = (given: Segments, what: Action) => ({
  ...copyOptions(given, ['segs', 'hmac']),
  room: keepsHeader(what),
})

function withoutRoom({ segs, ...rest }: Segments, what: Action): Segments {
  return { segs: keepsHeader(what) && segs.at(-1) === '::' ? segs.slice(0, -1) : segs, ...rest }
}

export const seg6local: EncapType<'seg6local', typeof seg6localEncapAttributes, Seg6localEncapOptions, Seg6localEncap> =
  {
    type: 'seg6local',
    constant: 'LWTUNNEL_ENCAP_SEG6_LOCAL',
    number: 7,
    attributes: seg6localEncapAttributes,
    names: [
      ...(['action', 'srh', 'table', 'nh4', 'nh6', 'iif', 'oif', 'vrftable', 'counters'] as const),
      ...(['flavors', 'lblen', 'nflen'] as const),
    ],
    check,
    pack({ srh, counters, flavors, lblen, nflen, ...rest }) {
      const room = srh && within('srh', () => withRoom(srh as Segments, rest.action as Action))
      return {
        ...rest,
        ...wanted(counters),
        srh: room,
        ...(flavors !== undefined && { flavorNest: { flavors, lblen, nflen } }),
      }
    },
    unpack({ srh, flavorNest, ...rest }) {
      const { unknown: inner, ...flavors } = (flavorNest ?? {}) as InferResult<typeof flavorAttributes>
      const unknown = [...(inner ?? []), ...((rest.unknown as []) ?? [])]
      const segments = srh === undefined ? {} : { srh: withoutRoom(srh as Segments, rest.action as Action) }
      return { ...rest, ...segments, ...flavors, ...(unknown.length > 0 && { unknown }) }
    },
  }
