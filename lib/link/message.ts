/** RTM_*LINK: struct ifinfomsg and the attributes of every link, whatever its kind. */
import { linkLayerAddress } from '../codec/addresses.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { bool, s32, u8, u16, u32, u64, uint } from '../codec/integers.js'
import { arrayOf, nested, opaque } from '../codec/nest.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributeByValue, attributes, type InferResult } from '../codec/table.js'
import { bytes, text } from '../codec/text.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { linkStatistics } from '../rtnetlink/link-stats.js'
import { afSpecAttributes } from './af-spec.js'
import { linkRef } from './index-codec.js'
import { altName, isLongName, linkName } from './name.js'
import { protoDownReason } from './proto-down.js'
import { vfList, vfPortAttributes, vfPorts } from './vf.js'
import { xdpAttributes } from './xdp.js'

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

export const linkInfoAttributes = attributes({
  kind: attribute('IFLA_INFO_KIND', 1, text(63, 'bare')),
  /** Attributes of the kind; which they are, the kind's own table says. */
  data: attribute('IFLA_INFO_DATA', 2, opaque, { implicit: true }),
  /** Kind of its master. The kernel does not look at it in a request. */
  portKind: attribute('IFLA_INFO_SLAVE_KIND', 4, text(63)),
  /** Attributes of the link as a port of its master; which they are, the table of the port's kind says. */
  portData: attribute('IFLA_INFO_SLAVE_DATA', 5, opaque, { implicit: true }),
})

/** What a link is looked up by, in a request about one that exists: its name, or one of its further names. */
export const lookedUp = attributeByValue(
  [
    { constant: 'IFLA_IFNAME', number: 3, codec: altName },
    { constant: 'IFLA_ALT_IFNAME', number: 53, codec: altName },
  ],
  (name: string) => (isLongName(name) ? 1 : 0),
  { writeOnly: true },
)

export const linkEvent = enumeration(u32(), 'IFLA_EVENT', {
  none: 0, reboot: 1, features: 2, bondingFailover: 3, notifyPeers: 4, igmpResend: 5, bondingOptions: 6,
}) // biome-ignore format: a list of numbers reads better in rows

const ifmap = struct('rtnl_link_ifmap', {
  memStart: field('mem_start', u64()),
  memEnd: field('mem_end', u64()),
  baseAddr: field('base_addr', u64()),
  irq: field('irq', u16()),
  dma: field('dma', u8()),
  port: field('port', u8()),
  _hole: field('', padding(4)),
})

export const devlinkPortAttributes = attributes({
  /** Bus of the device: `'pci'`. */
  busName: attribute('DEVLINK_ATTR_BUS_NAME', 1, text(255), { readOnly: true }),
  /** The device on its bus. */
  devName: attribute('DEVLINK_ATTR_DEV_NAME', 2, text(255), { readOnly: true }),
  /** Number of the port of the device. */
  portIndex: attribute('DEVLINK_ATTR_PORT_INDEX', 3, u32(), { readOnly: true }),
})

export const dpllPinAttributes = attributes({
  /** Number of the pin. */
  id: attribute('DPLL_A_PIN_ID', 1, u32(), { readOnly: true }),
})

const altNames = arrayOf(text(127), { constant: 'IFLA_ALT_IFNAME', number: 53 })

export const linkAttributes = attributes(
  {
    /** Link-layer (MAC) address. `address` */
    address: attribute('IFLA_ADDRESS', 1, linkLayerAddress),
    /** Link-layer broadcast address. `broadcast` */
    broadcast: attribute('IFLA_BROADCAST', 2, linkLayerAddress),
    /** Name: 1 to 15 bytes. `name` */
    name: attribute('IFLA_IFNAME', 3, linkName),
    dev: lookedUp,
    /** Longest packet in bytes, without the link-layer header. `mtu` */
    mtu: attribute('IFLA_MTU', 4, u32()),
    /** The link below, in the namespace `linkNetnsid` where that is given. `link` */
    link: attribute('IFLA_LINK', 5, linkRef),
    /** Queueing discipline at the root. */
    qdisc: attribute('IFLA_QDISC', 6, text(15), { readOnly: true }),
    /** The link whose port this is; in a request `null` releases it. `master`, `nomaster` */
    master: attribute('IFLA_MASTER', 10, linkRef),
    /** Event of the Wireless Extensions, as it came; only in events. */
    wireless: attribute('IFLA_WIRELESS', 11, bytes(), { readOnly: true }),
    /** Packets that the transmit queue holds. `txqueuelen` */
    txQueueLength: attribute('IFLA_TXQLEN', 13, u32()),
    /** Memory, interrupt and channel of hardware; zeroes elsewhere. */
    map: attribute('IFLA_MAP', 14, ifmap, { readOnly: true }),
    /** State of RFC 2863. `state` */
    operState: attribute('IFLA_OPERSTATE', 16, operState),
    /** Policy of going from up to dormant. `mode` */
    linkMode: attribute('IFLA_LINKMODE', 17, linkMode),
    linkInfo: attribute('IFLA_LINKINFO', 18, nested(linkInfoAttributes), { implicit: true }),
    /** Free text, at most 255 bytes; empty removes it. `alias` */
    alias: attribute('IFLA_IFALIAS', 20, text(255, 'bare')),
    /** How many virtual functions the hardware has, where they were asked for with `vf`. */
    numVf: attribute('IFLA_NUM_VF', 21, u32(), { readOnly: true }),
    /** Its virtual functions, where they were asked for with `vf`. `vf` */
    vfs: attribute('IFLA_VFINFO_LIST', 22, vfList, { readOnly: true }),
    /** Counters of packets and bytes; absent with `statistics: false`. */
    statistics: attribute('IFLA_STATS64', 23, linkStatistics, { readOnly: true }),
    /** What switches beside the machine have to do with its virtual functions, where they were asked for with `vf`. */
    vfPorts: attribute('IFLA_VF_PORTS', 24, vfPorts, { readOnly: true }),
    /** The same of the link itself. */
    selfPort: attribute('IFLA_PORT_SELF', 25, nested(vfPortAttributes), { readOnly: true }),
    afSpec: attribute('IFLA_AF_SPEC', 26, nested(afSpecAttributes), { implicit: true }),
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
    /** Physical port, as its hardware numbers it. */
    physPortId: attribute('IFLA_PHYS_PORT_ID', 34, bytes({ max: 32 }), { readOnly: true }),
    carrierChanges: attribute('IFLA_CARRIER_CHANGES', 35, u32(), { readOnly: true }),
    /** Switch in hardware whose port this is. */
    physSwitchId: attribute('IFLA_PHYS_SWITCH_ID', 36, bytes({ max: 32 }), { readOnly: true }),
    /** Namespace of `link` and of a veth's peer, where it is another one; {@link getPeerLink} looks there. `link-netnsid` */
    linkNetnsid: attribute('IFLA_LINK_NETNSID', 37, s32()),
    /** Physical port, as its hardware names it. */
    physPortName: attribute('IFLA_PHYS_PORT_NAME', 38, text(255), { readOnly: true }),
    /** The port is held down by its protocol. `protodown` */
    protoDown: attribute('IFLA_PROTO_DOWN', 39, bool),
    /** `gso_max_segs` */
    gsoMaxSegs: attribute('IFLA_GSO_MAX_SEGS', 40, u32()),
    /** `gso_max_size` */
    gsoMaxSize: attribute('IFLA_GSO_MAX_SIZE', 41, u32()),
    /** Programs of the eXpress Data Path. A change detaches with `{ fd: -1 }`. `xdp` */
    xdp: attribute('IFLA_XDP', 43, nested(xdpAttributes)),
    /** What an event is about. */
    event: attribute('IFLA_EVENT', 44, linkEvent, { readOnly: true }),
    /** In the event of its going: the namespace that it moved to. */
    newNetnsid: attribute('IFLA_NEW_NETNSID', 45, s32(), { readOnly: true }),
    /** The namespace that it is in, by the number that `ip netns list-id` shows, where it was asked for or made by that. */
    targetNetnsid: attribute('IFLA_TARGET_NETNSID', 46, s32({ min: 0 })),
    carrierUpCount: attribute('IFLA_CARRIER_UP_COUNT', 47, u32(), { readOnly: true }),
    carrierDownCount: attribute('IFLA_CARRIER_DOWN_COUNT', 48, u32(), { readOnly: true }),
    /** In the event of its going: its index in the namespace that it moved to. */
    newIndex: attribute('IFLA_NEW_IFINDEX', 49, s32({ min: 1 })),
    minMtu: attribute('IFLA_MIN_MTU', 50, u32(), { readOnly: true }),
    maxMtu: attribute('IFLA_MAX_MTU', 51, u32(), { readOnly: true }),
    /** Further names, up to 127 bytes each. `altname` */
    altNames: attribute('IFLA_PROP_LIST', 52, altNames, { readOnly: true }),
    /** The address that the hardware has of its own. `permaddr` */
    permanentAddress: attribute('IFLA_PERM_ADDRESS', 54, linkLayerAddress, { readOnly: true }),
    /** Who holds it down with `protoDown`, by number of the bit; in a change those that are named are set or cleared. `protodown_reason` */
    protoDownReason: attribute('IFLA_PROTO_DOWN_REASON', 55, protoDownReason),
    /** Device whose link it is, by its name on the bus: `'0000:01:00.0'`. `parentdev` */
    parentDevName: attribute('IFLA_PARENT_DEV_NAME', 56, text(255), { readOnly: true }),
    /** The bus of that device: `'pci'`. `parentbus` */
    parentDevBusName: attribute('IFLA_PARENT_DEV_BUS_NAME', 57, text(255), { readOnly: true }),
    /** `gro_max_size` */
    groMaxSize: attribute('IFLA_GRO_MAX_SIZE', 58, u32()),
    tsoMaxSize: attribute('IFLA_TSO_MAX_SIZE', 59, u32(), { readOnly: true }),
    tsoMaxSegs: attribute('IFLA_TSO_MAX_SEGS', 60, u32(), { readOnly: true }),
    /** How many have asked for all multicast. */
    allMulticastCount: attribute('IFLA_ALLMULTI', 61, u32(), { readOnly: true }),
    /** Port of a devlink device, where it is one. Linux 6.2. */
    devlinkPort: attribute('IFLA_DEVLINK_PORT', 62, nested(devlinkPortAttributes), { readOnly: true }),
    /** `gso_ipv4_max_size` */
    gsoIpv4MaxSize: attribute('IFLA_GSO_IPV4_MAX_SIZE', 63, u32()),
    /** `gro_ipv4_max_size` */
    groIpv4MaxSize: attribute('IFLA_GRO_IPV4_MAX_SIZE', 64, u32()),
    /** Clock from which its frequency comes, where there is one. Linux 6.7. */
    dpllPin: attribute('IFLA_DPLL_PIN', 65, nested(dpllPinAttributes), { readOnly: true }),
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

const { statistics: _, ...uncounted } = linkAttributes.rows
/** The same, with the counters passed over. */
export const uncountedLinkMessage = messageFormat(
  ifinfomsg,
  attributes(uncounted, { ...linkAttributes.ignored, IFLA_STATS64: 23 }),
)

/** Asks for the virtual functions of hardware. */
export const RTEXT_FILTER_VF = 1
/** Leaves the counters of IPv6 and of virtual functions out of a reply; IFLA_STATS64 the kernel sends all the same. */
export const RTEXT_FILTER_SKIP_STATS = 8
