/** `ip link set … vf` */
import type { AddressIn } from '../codec/addresses.js'
import type { Codec, FixedCodec } from '../codec/codec.js'
import { u32 } from '../codec/integers.js'
import { arrayOf, nested } from '../codec/nest.js'
import { Rejection, within } from '../codec/rejection.js'
import { attribute, attributes, type Infer } from '../codec/table.js'
import { Writer } from '../codec/writer.js'
import { isKernelError } from '../errors.js'
import { messageFormat } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_NEWLINK } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, refuse, requireSome } from '../rtnetlink/options.js'
import { fetchLink } from './get.js'
import { type LinkRef, linkIndex, nameOrIndex } from './link-ref.js'
import { ifinfomsg } from './message.js'
import { withApplied } from './set.js'
import {
  vfGuid, vfIdentity, vfLinkState, vfRate, vfRssQuery, vfSpoofCheck, vfTrust, vfTxRate, vfVlan, vfVlanInfo,
} from './vf.js' // biome-ignore format: names of one file
import { vlanProtocol } from './vlan-protocol.js'

const vlanInfos = arrayOf(vfVlanInfo, { constant: 'IFLA_VF_VLAN_INFO', number: 1 })

export const vfChanges = attributes({
  identity: attribute('IFLA_VF_MAC', 1, vfIdentity, { writeOnly: true }),
  vlan: attribute('IFLA_VF_VLAN', 2, vfVlan, { writeOnly: true }),
  txRate: attribute('IFLA_VF_TX_RATE', 3, vfTxRate, { writeOnly: true }),
  spoofCheck: attribute('IFLA_VF_SPOOFCHK', 4, vfSpoofCheck, { writeOnly: true }),
  linkState: attribute('IFLA_VF_LINK_STATE', 5, vfLinkState, { writeOnly: true }),
  rate: attribute('IFLA_VF_RATE', 6, vfRate, { writeOnly: true }),
  rssQuery: attribute('IFLA_VF_RSS_QUERY_EN', 7, vfRssQuery, { writeOnly: true }),
  trust: attribute('IFLA_VF_TRUST', 9, vfTrust, { writeOnly: true }),
  nodeGuid: attribute('IFLA_VF_IB_NODE_GUID', 10, vfGuid, { writeOnly: true }),
  portGuid: attribute('IFLA_VF_IB_PORT_GUID', 11, vfGuid, { writeOnly: true }),
  vlans: attribute('IFLA_VF_VLAN_LIST', 12, vlanInfos, { writeOnly: true }),
})

const list = arrayOf(nested(vfChanges), { constant: 'IFLA_VF_INFO', number: 1 })

export const vfMessage = messageFormat(
  ifinfomsg,
  attributes({ vfs: attribute('IFLA_VFINFO_LIST', 22, list, { writeOnly: true, implicit: true }) }),
)

/** What can be changed in a virtual function. */
export interface VfChanges {
  /** Its MAC address; twenty bytes on InfiniBand. `mac` */
  readonly address?: AddressIn | undefined
  /** The VLAN in which its packets travel, without its knowing; 0: none. `vlan` */
  readonly vlan?: number | undefined
  /** Priority in the tag, 0 to 7; 0 without. Beside `vlan`. `qos` */
  readonly qos?: number | undefined
  /** Which tags; `'802.1Q'` without. Beside `vlan`. `proto` */
  readonly protocol?: '802.1Q' | '802.1ad' | number | undefined
  /** Most that it may send, in Mbit/s; 0 is no limit. `max_tx_rate` */
  readonly maxTxRate?: number | undefined
  /** What it can always send, in Mbit/s; 0 is nothing. `min_tx_rate` */
  readonly minTxRate?: number | undefined
  /** Whether packets from addresses of others are dropped. `spoofchk` */
  readonly spoofCheck?: boolean | undefined
  /** Whether it has a carrier: as the port has, always, or never. `state` */
  readonly linkState?: 'auto' | 'enable' | 'disable' | undefined
  /** Whether it may ask for the hash by which packets are spread. `query_rss` */
  readonly rssQuery?: boolean | undefined
  /** Whether it may do what only the host may do else. `trust` */
  readonly trust?: boolean | undefined
  /** GUID of the InfiniBand node: `0x0011223344556677n` for `00:11:22:33:44:55:66:77`. `node_guid` */
  readonly nodeGuid?: bigint | undefined
  /** GUID of the InfiniBand port. `port_guid` */
  readonly portGuid?: bigint | undefined
}

type Checks = { readonly [K in keyof Required<VfChanges>]: Codec<NonNullable<VfChanges[K]>, unknown> }

const oneValue = <In>({
  fields,
}: {
  readonly fields: { readonly value: { readonly codec: FixedCodec<In, unknown> } }
}) => fields.value.codec

const checks: Checks = {
  address: vfIdentity.fields.address.codec,
  vlan: u32({ max: 4094 }),
  qos: u32({ max: 7 }),
  protocol: vlanProtocol,
  maxTxRate: u32(),
  minTxRate: u32(),
  spoofCheck: oneValue(vfSpoofCheck),
  linkState: oneValue(vfLinkState) as Codec<'auto' | 'enable' | 'disable', unknown>,
  rssQuery: oneValue(vfRssQuery),
  trust: oneValue(vfTrust),
  nodeGuid: oneValue(vfGuid),
  portGuid: oneValue(vfGuid),
}
const names = Object.keys(checks) as (keyof VfChanges)[]

/** All is looked at before the first request. */
function check(options: VfChanges): void {
  requireSome(options, names)
  if (options.vlan === undefined) refuse(options, ['qos', 'protocol'], 'it is about vlan')
  for (const name of names) {
    const value: unknown = options[name]
    if (value !== undefined)
      within(name, () => (checks[name] as Codec<unknown, unknown>).write(new Writer(true, 64), value))
  }
}

/** One request: words of the caller, and what it carries. */
interface Part {
  readonly options: readonly (keyof VfChanges)[]
  readonly values: Infer<typeof vfChanges>
}

const single = ['spoofCheck', 'linkState', 'rssQuery', 'trust', 'nodeGuid', 'portGuid'] as const

function vlanOf(vf: number, { vlan, qos = 0, protocol = '802.1Q' }: VfChanges): Part['values'] {
  const number = vlanProtocol.toNumber(protocol)
  const isPlain = number === vlanProtocol.toNumber('802.1Q')
  return isPlain ? { vlan: { vf, vlan, qos } } : { vlans: [{ vf, vlan, qos, protocol: number }] }
}

/** With IFLA_VF_TX_RATE the kernel keeps the minimum; with IFLA_VF_RATE both have to be said. */
function* rateOf(index: number, vf: number, { minTxRate, maxTxRate }: VfChanges): Steps<Part['values']> {
  if (minTxRate === undefined) return { txRate: { vf, value: maxTxRate } }
  if (maxTxRate !== undefined) return { rate: { vf, min: minTxRate, max: maxTxRate } }
  const { vfs = [] } = yield* fetchLink({ index }, () => undefined, undefined, { vf: true, statistics: false })
  const max = vfs.find((one) => one.vf === vf)?.rate?.max
  if (max === undefined)
    throw owedError(
      'RTM_NEWLINK',
      'EOPNOTSUPP',
      `cannot set minTxRate of virtual function ${vf}: the link does not tell the maxTxRate that it would keep`,
    )
  return { rate: { vf, min: minTxRate, max } }
}

/** In the order in which the kernel would do all of them (do_setvfinfo). */
function* partsOf(index: number, vf: number, options: VfChanges): Steps<readonly Part[]> {
  const said = (some: readonly (keyof VfChanges)[]) => some.filter((name) => options[name] !== undefined)
  const parts: Part[] = []
  const { address, vlan } = options
  if (address !== undefined) parts.push({ options: ['address'], values: { identity: { vf, address } } })
  if (vlan !== undefined) parts.push({ options: said(['vlan', 'qos', 'protocol']), values: vlanOf(vf, options) })
  const rates = said(['maxTxRate', 'minTxRate'])
  if (rates.length > 0) parts.push({ options: rates, values: yield* rateOf(index, vf, options) })
  for (const name of said(single)) parts.push({ options: [name], values: { [name]: { vf, value: options[name] } } })
  return parts
}

/**
 * Changes a virtual function of SR-IOV hardware. `ip link set eth0 vf 3 mac aa:bb:cc:dd:ee:ff vlan 10 trust on`
 *
 * `vf` is its number, from 0. One request for each option (`vlan`, `qos` and `protocol` are one, and so are both rates), for the kernel would not say at
 * which it stopped: the KernelError of one that is refused has `applied: 'partly'` and those before it in `appliedOptions`. What a driver does not
 * have is EOPNOTSUPP, a function that is not there EINVAL in most drivers; ENODEV where there is no such link. `minTxRate` alone
 * reads `maxTxRate` first, to keep it. `getLink({ dev, vf: true })` reads all of it. Needs CAP_NET_ADMIN.
 *
 * @example
 * await updateVf('enp1s0f0', 3, { address: 'aa:bb:cc:dd:ee:ff', vlan: 10, spoofCheck: true, trust: false })
 */
export const updateVf = verb(
  (dev: LinkRef, vf: number, _changes: VfChanges) => `change virtual function ${vf} of link ${nameOrIndex(dev)}`,
  function* (dev: LinkRef, vf: number, changes: VfChanges): Steps<void> {
    const options = copyOptions(changes, names)
    if (!Number.isInteger(vf) || vf < 0 || vf > 0xffff)
      throw new Rejection('an integer from 0 to 65535', vf).within('vf')
    check(options)
    const index = yield* linkIndex(dev)
    const applied: string[] = []
    for (const part of yield* partsOf(index, vf, options)) {
      try {
        const value = { header: { index }, attributes: { vfs: [part.values] } }
        yield* ask(request({ name: 'RTM_NEWLINK', type: RTM_NEWLINK }, vfMessage, value, {}, { forgets: true }))
      } catch (error) {
        throw isKernelError(error) ? withApplied(error, applied) : error
      }
      applied.push(...part.options)
    }
  },
)
