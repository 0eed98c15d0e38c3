/** RTM_*LINK: struct ifinfomsg and the attributes of every link, whatever its kind. */
import { linkLayerAddress } from '../codec/addresses.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { bool, s32, u8, u16, u32, u64, uint } from '../codec/integers.js'
import { arrayOf, nested, opaque } from '../codec/nest.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes, type InferResult } from '../codec/table.js'
import { text } from '../codec/text.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { linkRef } from './index-codec.js'
import { linkName } from './name.js'

export const linkFlags = flags(u32(), 'IFF', {
  up: 0x1, broadcast: 0x2, debug: 0x4, loopback: 0x8, pointToPoint: [0x10, 'IFF_POINTOPOINT'], noTrailers: [0x20, 'IFF_NOTRAILERS'],
  running: 0x40, noArp: [0x80, 'IFF_NOARP'], promisc: 0x100, allMulticast: [0x200, 'IFF_ALLMULTI'], master: 0x400, slave: 0x800,
  multicast: 0x1000, portSel: [0x2000, 'IFF_PORTSEL'], autoMedia: [0x4000, 'IFF_AUTOMEDIA'], dynamic: 0x8000,
  lowerUp: 0x10000, dormant: 0x20000, echo: 0x40000,
}) // biome-ignore format: a list of numbers reads better in rows

const operState = enumeration(u8(), 'IF_OPER', {
  unknown: 0, notPresent: [1, 'IF_OPER_NOTPRESENT'], down: 2, lowerLayerDown: [3, 'IF_OPER_LOWERLAYERDOWN'], testing: 4, dormant: 5, up: 6,
}) // biome-ignore format: as above

const linkMode = enumeration(u8(), 'IF_LINK_MODE', { default: 0, dormant: 1, testing: 2 })

const counter = (member: string) => field(member, u64())

export const linkStatistics = struct('rtnl_link_stats64', {
  rxPackets: counter('rx_packets'),
  txPackets: counter('tx_packets'),
  rxBytes: counter('rx_bytes'),
  txBytes: counter('tx_bytes'),
  rxErrors: counter('rx_errors'),
  txErrors: counter('tx_errors'),
  rxDropped: counter('rx_dropped'),
  txDropped: counter('tx_dropped'),
  multicast: counter('multicast'),
  collisions: counter('collisions'),
  rxLengthErrors: counter('rx_length_errors'),
  rxOverErrors: counter('rx_over_errors'),
  rxCrcErrors: counter('rx_crc_errors'),
  rxFrameErrors: counter('rx_frame_errors'),
  rxFifoErrors: counter('rx_fifo_errors'),
  rxMissedErrors: counter('rx_missed_errors'),
  txAbortedErrors: counter('tx_aborted_errors'),
  txCarrierErrors: counter('tx_carrier_errors'),
  txFifoErrors: counter('tx_fifo_errors'),
  txHeartbeatErrors: counter('tx_heartbeat_errors'),
  txWindowErrors: counter('tx_window_errors'),
  rxCompressed: counter('rx_compressed'),
  txCompressed: counter('tx_compressed'),
  rxNoHandler: counter('rx_nohandler'),
  rxOtherHostDropped: counter('rx_otherhost_dropped'),
})

export const linkInfoAttributes = attributes({
  kind: attribute('IFLA_INFO_KIND', 1, text(63, 'bare')),
  /** Attributes of the kind; which they are, the kind's own table says. */
  data: attribute('IFLA_INFO_DATA', 2, opaque, { implicit: true }),
  portKind: attribute('IFLA_INFO_SLAVE_KIND', 4, text(63)),
  /** Attributes of the link as a port of its master. */
  portData: attribute('IFLA_INFO_SLAVE_DATA', 5, opaque),
})

const alternativeName = arrayOf(text(127), { constant: 'IFLA_ALT_IFNAME', number: 53 })

export const linkAttributes = attributes(
  {
    /** Link-layer (MAC) address. `address` */
    address: attribute('IFLA_ADDRESS', 1, linkLayerAddress),
    /** Link-layer broadcast address. `broadcast` */
    broadcast: attribute('IFLA_BROADCAST', 2, linkLayerAddress),
    /** Name: 1 to 15 bytes. `name` */
    name: attribute('IFLA_IFNAME', 3, linkName),
    /** Longest packet in bytes, without the link-layer header. `mtu` */
    mtu: attribute('IFLA_MTU', 4, u32()),
    /** The link below, in the namespace `linkNetnsid` where that is given. `link` */
    link: attribute('IFLA_LINK', 5, linkRef),
    /** Queueing discipline at the root. */
    qdisc: attribute('IFLA_QDISC', 6, text(15), { readOnly: true }),
    /** The link whose port this is; in a request `null` releases it. `master`, `nomaster` */
    master: attribute('IFLA_MASTER', 10, linkRef),
    /** Packets that the transmit queue holds. `txqueuelen` */
    txQueueLength: attribute('IFLA_TXQLEN', 13, u32()),
    /** State of RFC 2863. `state` */
    operState: attribute('IFLA_OPERSTATE', 16, operState),
    /** Policy of going from up to dormant. `mode` */
    linkMode: attribute('IFLA_LINKMODE', 17, linkMode),
    linkInfo: attribute('IFLA_LINKINFO', 18, nested(linkInfoAttributes), { implicit: true }),
    /** Free text, at most 255 bytes; empty removes it. `alias` */
    alias: attribute('IFLA_IFALIAS', 20, text(255, 'bare')),
    statistics: attribute('IFLA_STATS64', 23, linkStatistics, { readOnly: true }),
    /** Group of links. `group` */
    group: attribute('IFLA_GROUP', 27, u32()),
    /** Descriptor of the namespace to be born in or to move to. `netns` */
    netnsFd: attribute('IFLA_NET_NS_FD', 28, u32(), { writeOnly: true }),
    /** RTEXT_FILTER_…: what a reply shall carry beside the usual. */
    extMask: attribute('IFLA_EXT_MASK', 29, u32(), { writeOnly: true }),
    /** How many have asked for promiscuous mode. */
    promiscuity: attribute('IFLA_PROMISCUITY', 30, u32(), { readOnly: true }),
    /** Transmit queues. `numtxqueues` */
    numTxQueues: attribute('IFLA_NUM_TX_QUEUES', 31, u32(), { changeable: false }),
    /** Receive queues. `numrxqueues` */
    numRxQueues: attribute('IFLA_NUM_RX_QUEUES', 32, u32(), { changeable: false }),
    /** Whether there is a carrier. */
    carrier: attribute('IFLA_CARRIER', 33, bool),
    carrierChanges: attribute('IFLA_CARRIER_CHANGES', 35, u32(), { readOnly: true }),
    /** Namespace of `link` and of a veth's peer, where it is another one. `link-netnsid` */
    linkNetnsid: attribute('IFLA_LINK_NETNSID', 37, s32()),
    /** The port is held down by its protocol. `protodown` */
    protoDown: attribute('IFLA_PROTO_DOWN', 39, bool),
    /** `gso_max_segs` */
    gsoMaxSegs: attribute('IFLA_GSO_MAX_SEGS', 40, u32()),
    /** `gso_max_size` */
    gsoMaxSize: attribute('IFLA_GSO_MAX_SIZE', 41, u32()),
    carrierUpCount: attribute('IFLA_CARRIER_UP_COUNT', 47, u32(), { readOnly: true }),
    carrierDownCount: attribute('IFLA_CARRIER_DOWN_COUNT', 48, u32(), { readOnly: true }),
    minMtu: attribute('IFLA_MIN_MTU', 50, u32(), { readOnly: true }),
    maxMtu: attribute('IFLA_MAX_MTU', 51, u32(), { readOnly: true }),
    /** Further names, up to 127 bytes each. `altname` */
    alternativeNames: attribute('IFLA_PROP_LIST', 52, alternativeName, { readOnly: true }),
    /** The address that the hardware has of its own. `permaddr` */
    permanentAddress: attribute('IFLA_PERM_ADDRESS', 54, linkLayerAddress, { readOnly: true }),
    /** `gro_max_size` */
    groMaxSize: attribute('IFLA_GRO_MAX_SIZE', 58, u32()),
    tsoMaxSize: attribute('IFLA_TSO_MAX_SIZE', 59, u32(), { readOnly: true }),
    tsoMaxSegs: attribute('IFLA_TSO_MAX_SEGS', 60, u32(), { readOnly: true }),
    /** How many have asked for all multicast. */
    allMulticastCount: attribute('IFLA_ALLMULTI', 61, u32(), { readOnly: true }),
    /** `gso_ipv4_max_size` */
    gsoIpv4MaxSize: attribute('IFLA_GSO_IPV4_MAX_SIZE', 63, u32()),
    /** `gro_ipv4_max_size` */
    groIpv4MaxSize: attribute('IFLA_GRO_IPV4_MAX_SIZE', 64, u32()),
    maxPacingOffloadHorizon: attribute('IFLA_MAX_PACING_OFFLOAD_HORIZON', 66, uint, { readOnly: true }),
    /** The link cannot move to another namespace. */
    netnsImmutable: attribute('IFLA_NETNS_IMMUTABLE', 67, bool, { readOnly: true }),
    headroom: attribute('IFLA_HEADROOM', 68, u16(), { readOnly: true }),
    tailroom: attribute('IFLA_TAILROOM', 69, u16(), { readOnly: true }),
  },
  { IFLA_STATS: 7, IFLA_PAD: 42 },
)

export type LinkAttributes = InferResult<typeof linkAttributes>

export const ifinfomsg = struct('ifinfomsg', {
  family: field('ifi_family', family),
  _pad: field('__ifi_pad', padding(1)),
  type: field('ifi_type', u16()),
  index: field('ifi_index', s32()),
  flags: field('ifi_flags', linkFlags),
  change: field('ifi_change', linkFlags),
})

export const linkMessage = messageFormat(ifinfomsg, linkAttributes)

/** Leaves the statistics out of a reply: they are most of it. */
export const RTEXT_FILTER_SKIP_STATS = 8
