/** IFLA_VFINFO_LIST and IFLA_VF_PORTS: the virtual functions of SR-IOV hardware. They come when they are asked for. */
import { type AddressIn, formatMac, linkLayerAddress } from '../codec/addresses.js'
import type { Codec, FixedCodec, Source } from '../codec/codec.js'
import { enumeration } from '../codec/enumeration.js'
import { be16, bool, u8, u16, u32, u64 } from '../codec/integers.js'
import { arrayOf, nested } from '../codec/nest.js'
import { onlyRead } from '../codec/only-read.js'
import { decodeAttributes } from '../codec/reader.js'
import { Rejection } from '../codec/rejection.js'
import { type Fields, field, padding, type Struct, type StructOut, struct } from '../codec/struct.js'
import { attribute, attributes, type InferResult } from '../codec/table.js'
import { bytes, text } from '../codec/text.js'

const ADDRESS_BYTES = 32

/** As many bytes as the longest address takes: six of them, or twenty on InfiniBand, and zeroes behind. */
const paddedAddress: FixedCodec<AddressIn, string> = {
  size: ADDRESS_BYTES,
  expected: linkLayerAddress.expected,
  write(writer, value) {
    const start = writer.position
    linkLayerAddress.write(writer, value)
    writer.reserve(start + ADDRESS_BYTES - writer.position)
  },
  read({ bytes: all }, start, end) {
    const isLong = all.subarray(start + 6, end).some((byte) => byte !== 0)
    return formatMac(all, start, start + (isLong ? 20 : 6))
  },
}

/** A switch in four bytes; a driver that does not know says all ones. */
const setting: FixedCodec<boolean, boolean | undefined> = {
  size: 4,
  expected: bool.expected,
  write(writer, value) {
    if (typeof value !== 'boolean') throw new Rejection(bool.expected, value)
    writer.u32(value ? 1 : 0)
  },
  read({ view, littleEndian }, start) {
    const value = view.getUint32(start, littleEndian)
    return value === 0xffff_ffff ? undefined : value !== 0
  },
}

const linkState = enumeration(u32(), 'IFLA_VF_LINK_STATE', { auto: 0, enable: 1, disable: 2 })

// Each structure but one begins with the number of the function, which a result tells once.
const vf = field('vf', u32())

export const vfIdentity = struct('ifla_vf_mac', { vf, address: field('mac', paddedAddress) })
const broadcast = struct('ifla_vf_broadcast', { value: field('broadcast', paddedAddress) })
export const vfSpoofCheck = struct('ifla_vf_spoofchk', { vf, value: field('setting', setting) })
export const vfLinkState = struct('ifla_vf_link_state', { vf, value: field('link_state', linkState) })
export const vfRssQuery = struct('ifla_vf_rss_query_en', { vf, value: field('setting', setting) })
export const vfTrust = struct('ifla_vf_trust', { vf, value: field('setting', setting) })
export const vfGuid = struct('ifla_vf_guid', { vf, _hole: field('', padding(4)), value: field('guid', u64()) })
export const vfRate = struct('ifla_vf_rate', { vf, min: field('min_tx_rate', u32()), max: field('max_tx_rate', u32()) })
/** The older form, without protocol, and the older rate, without minimum: only sent. */
export const vfVlan = struct('ifla_vf_vlan', { vf, vlan: field('vlan', u32()), qos: field('qos', u32()) })
export const vfTxRate = struct('ifla_vf_tx_rate', { vf, value: field('rate', u32()) })
export const vfVlanInfo = struct('ifla_vf_vlan_info', {
  vf,
  vlan: field('vlan', u32()),
  qos: field('qos', u32()),
  protocol: field('vlan_proto', be16()),
  _hole: field('', padding(2)),
})

interface Whole<Out> {
  readonly structName: string
  read(source: Source, start: number, end: number): { readonly value: Out }
}

/** Of a structure, its one value. */
const onlyValue = <Out>(whole: Whole<Out>): Codec<never, Out> & { readonly whole: Whole<Out> } => ({
  whole,
  ...onlyRead((source, start, end) => whole.read(source, start, end).value),
})

/** Of a structure, all but the number of the function. */
const withoutNumber = <F extends Fields>(
  whole: Struct<F>,
): Codec<never, Omit<StructOut<F>, 'vf'>> & { readonly whole: Struct<F> } => ({
  whole,
  ...onlyRead((source, start, end) => {
    const { vf: _, ...rest } = whole.read(source, start, end) as StructOut<F> & { vf: unknown }
    return rest
  }),
})

export const vfStatistics = attributes(
  {
    rxPackets: attribute('IFLA_VF_STATS_RX_PACKETS', 0, u64(), { readOnly: true }),
    txPackets: attribute('IFLA_VF_STATS_TX_PACKETS', 1, u64(), { readOnly: true }),
    rxBytes: attribute('IFLA_VF_STATS_RX_BYTES', 2, u64(), { readOnly: true }),
    txBytes: attribute('IFLA_VF_STATS_TX_BYTES', 3, u64(), { readOnly: true }),
    broadcast: attribute('IFLA_VF_STATS_BROADCAST', 4, u64(), { readOnly: true }),
    multicast: attribute('IFLA_VF_STATS_MULTICAST', 5, u64(), { readOnly: true }),
    rxDropped: attribute('IFLA_VF_STATS_RX_DROPPED', 7, u64(), { readOnly: true }),
    txDropped: attribute('IFLA_VF_STATS_TX_DROPPED', 8, u64(), { readOnly: true }),
  },
  { IFLA_VF_STATS_PAD: 6 },
)

export const vfAttributes = attributes(
  {
    identity: attribute('IFLA_VF_MAC', 1, vfIdentity, { readOnly: true }),
    /** Whether it may send from addresses of others. `spoofchk` */
    spoofCheck: attribute('IFLA_VF_SPOOFCHK', 4, onlyValue(vfSpoofCheck), { readOnly: true }),
    /** Whether it has a carrier: always, never, or as the port has (`'auto'`). `state` */
    linkState: attribute('IFLA_VF_LINK_STATE', 5, onlyValue(vfLinkState), {
      readOnly: true,
    }),
    /** Least and most that it may send, in Mbit/s; 0 is no limit. `min_tx_rate`, `max_tx_rate` */
    rate: attribute('IFLA_VF_RATE', 6, withoutNumber(vfRate), { readOnly: true }),
    /** Whether it may ask for the hash by which packets are spread. `query_rss` */
    rssQuery: attribute('IFLA_VF_RSS_QUERY_EN', 7, onlyValue(vfRssQuery), {
      readOnly: true,
    }),
    /** Absent with `statistics: false`. */
    statistics: attribute('IFLA_VF_STATS', 8, nested(vfStatistics), { readOnly: true }),
    /** Whether it may do what only the host may do else. `trust` */
    trust: attribute('IFLA_VF_TRUST', 9, onlyValue(vfTrust), { readOnly: true }),
    /** GUID of the InfiniBand node. `node_guid` */
    nodeGuid: attribute('IFLA_VF_IB_NODE_GUID', 10, onlyValue(vfGuid), { readOnly: true }),
    /** GUID of the InfiniBand port. `port_guid` */
    portGuid: attribute('IFLA_VF_IB_PORT_GUID', 11, onlyValue(vfGuid), { readOnly: true }),
    /** VLANs in which its packets travel, outermost first; `vlan` 0 is none. `vlan`, `qos`, `proto` */
    vlans: attribute(
      'IFLA_VF_VLAN_LIST',
      12,
      arrayOf(withoutNumber(vfVlanInfo), { constant: 'IFLA_VF_VLAN_INFO', number: 1 }),
      {
        readOnly: true,
      },
    ),
    /** Link-layer broadcast address. */
    broadcast: attribute('IFLA_VF_BROADCAST', 13, onlyValue(broadcast), { readOnly: true }),
  },
  { IFLA_VF_VLAN: 2, IFLA_VF_TX_RATE: 3 },
)

/** A virtual function. What its driver does not tell is absent or, for switches, undefined. */
export interface LinkVf extends Omit<InferResult<typeof vfAttributes>, 'identity'> {
  /** Its number, from 0. `vf` */
  readonly vf?: number
  /** Its MAC address. `mac` */
  readonly address?: string
}

const vfElement: Codec<never, LinkVf> & { table: typeof vfAttributes } = {
  table: vfAttributes,
  nested: true,
  ...onlyRead((source, start, end) => {
    const { identity: which, ...rest } = decodeAttributes(vfAttributes, source, start, end)
    return { ...which, ...rest }
  }),
}

export const vfList = arrayOf(vfElement, { constant: 'IFLA_VF_INFO', number: 1 })

const request = enumeration(u8(), 'PORT_REQUEST', {
  preassociate: 0, preassociateRr: 1, associate: 2, disassociate: 3,
}) // biome-ignore format: a list of numbers reads better in rows

/** What a switch beside the machine has to do with a virtual function (802.1Qbg, port profiles). */
export const vfPortAttributes = attributes({
  vf: attribute('IFLA_PORT_VF', 1, u32(), { readOnly: true }),
  profile: attribute('IFLA_PORT_PROFILE', 2, text(39), { readOnly: true }),
  /** struct ifla_port_vsi, as it came. */
  vsiType: attribute('IFLA_PORT_VSI_TYPE', 3, bytes({ min: 8, max: 8 }), { readOnly: true }),
  instanceUuid: attribute('IFLA_PORT_INSTANCE_UUID', 4, bytes({ min: 16, max: 16 }), { readOnly: true }),
  hostUuid: attribute('IFLA_PORT_HOST_UUID', 5, bytes({ min: 16, max: 16 }), { readOnly: true }),
  request: attribute('IFLA_PORT_REQUEST', 6, request, { readOnly: true }),
  /** PORT_VDP_RESPONSE_…, PORT_PROFILE_RESPONSE_…. */
  response: attribute('IFLA_PORT_RESPONSE', 7, u16(), { readOnly: true }),
})

export const vfPorts = arrayOf(nested(vfPortAttributes), { constant: 'IFLA_VF_PORT', number: 1 })
