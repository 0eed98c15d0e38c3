/** Linux network configuration, straight to the kernel. */

export type { Address } from './address/address.js'
export {
  type AddressFilter,
  type AddressIdentity,
  type AddressOptions,
  addAddress,
  deleteAddress,
  listAddresses,
  replaceAddress,
} from './address/operations.js'
export type { AddressIn, IpFamily } from './codec/addresses.js'
export type { UnknownAttribute, WithUnknown } from './codec/table.js'
export {
  AbortError,
  type Applied,
  ClosedError,
  DecodeError,
  DumpInterruptedError,
  InvalidArgumentError,
  isKernelError,
  KernelError,
  type KernelErrorDetails,
  NetnsError,
  type NetnsProblem,
  OutcomeUnknownError,
  type PolicyBounds,
  RtnetlinkError,
  SystemCallError,
} from './errors.js'
export type { FdbEntry, FdbState } from './fdb/fdb.js'
export {
  addFdb,
  appendFdb,
  deleteFdb,
  type FdbFilter,
  type FdbIdentity,
  type FdbOptions,
  type FdbQuery,
  getFdb,
  listFdb,
  replaceFdb,
} from './fdb/operations.js'
export { addAltName, deleteAltName } from './link/alt-names.js'
export type { LinkChanges, LinkUpdate } from './link/changes.js'
export type { CreateOptions } from './link/create.js'
export type { LinkDetails } from './link/get.js'
export { type BareudpData, type BareudpLink, type BareudpOptions, createBareudp } from './link/kinds/bareudp.js'
export { type BondData, type BondLink, type BondOptions, createBond } from './link/kinds/bond.js'
export { type BridgeData, type BridgeLink, type BridgeOptions, createBridge } from './link/kinds/bridge.js'
export { createDummy, type DummyData, type DummyLink } from './link/kinds/dummy.js'
export { createErspan, type ErspanData, type ErspanLink, type ErspanOptions } from './link/kinds/erspan.js'
export { createGeneve, type GeneveData, type GeneveLink, type GeneveOptions } from './link/kinds/geneve.js'
export { createGre, type GreData, type GreLink, type GreOptions } from './link/kinds/gre.js'
export { createGretap, type GretapData, type GretapLink, type GretapOptions } from './link/kinds/gretap.js'
export { createIfb, type IfbData, type IfbLink } from './link/kinds/ifb.js'
export type { Link } from './link/kinds/index.js'
export {
  createIp6erspan,
  type Ip6erspanData,
  type Ip6erspanLink,
  type Ip6erspanOptions,
} from './link/kinds/ip6erspan.js'
export { createIp6gre, type Ip6greData, type Ip6greLink, type Ip6greOptions } from './link/kinds/ip6gre.js'
export {
  createIp6gretap,
  type Ip6gretapData,
  type Ip6gretapLink,
  type Ip6gretapOptions,
} from './link/kinds/ip6gretap.js'
export { createIp6tnl, type Ip6tnlData, type Ip6tnlLink, type Ip6tnlOptions } from './link/kinds/ip6tnl.js'
export { createIpip, type IpipData, type IpipLink, type IpipOptions } from './link/kinds/ipip.js'
export { createIpvlan, type IpvlanData, type IpvlanLink, type IpvlanOptions } from './link/kinds/ipvlan.js'
export { createIpvtap, type IpvtapData, type IpvtapLink, type IpvtapOptions } from './link/kinds/ipvtap.js'
export { createMacsec, type MacsecData, type MacsecLink, type MacsecOptions } from './link/kinds/macsec.js'
export {
  createMacvlan,
  type MacvlanData,
  type MacvlanLink,
  type MacvlanOptions,
  type MacvlanSources,
} from './link/kinds/macvlan.js'
export { createMacvtap, type MacvtapData, type MacvtapLink, type MacvtapOptions } from './link/kinds/macvtap.js'
export { createNetkit, type NetkitData, type NetkitLink, type NetkitOptions } from './link/kinds/netkit.js'
export { createNlmon, type NlmonData, type NlmonLink, type NlmonOptions } from './link/kinds/nlmon.js'
export { createSit, type SitData, type SitLink, type SitOptions } from './link/kinds/sit.js'
export { createTap, createTun, type TapOptions, type TunData, type TunLink, type TunOptions } from './link/kinds/tun.js'
export { createVcan, type VcanData, type VcanLink, type VcanOptions } from './link/kinds/vcan.js'
export { createVeth, type VethData, type VethLink, type VethOptions } from './link/kinds/veth.js'
export { createVlan, type QosMapping, type VlanData, type VlanLink, type VlanOptions } from './link/kinds/vlan.js'
export { createVrf, type VrfData, type VrfLink, type VrfOptions } from './link/kinds/vrf.js'
export { createVti, type VtiData, type VtiLink, type VtiOptions } from './link/kinds/vti.js'
export { createVti6, type Vti6Data, type Vti6Link, type Vti6Options } from './link/kinds/vti6.js'
export {
  createVxcan,
  type VxcanData,
  type VxcanLink,
  type VxcanOptions,
  type VxcanPeerOptions,
} from './link/kinds/vxcan.js'
export {
  createVxlan,
  type VxlanAttributes,
  type VxlanData,
  type VxlanLink,
  type VxlanOptions,
} from './link/kinds/vxlan.js'
export { createWireguard, type WireguardData, type WireguardLink } from './link/kinds/wireguard.js'
export { createXfrm, type XfrmData, type XfrmLink, type XfrmOptions } from './link/kinds/xfrm.js'
export type { LinkBase, LinkFlag, LinkOf, OtherLink, PlainLink } from './link/link.js'
export type { LinkRef } from './link/link-ref.js'
export {
  type CreateLinkOptions,
  createLink,
  deleteLink,
  getLink,
  type LinkFilter,
  type LinkQuery,
  listLinks,
} from './link/operations.js'
export type { OtherOptions } from './link/other-kind.js'
export type { PeerOptions } from './link/peer.js'
export { getPeerLink } from './link/peer-link.js'
export type { BondPort, BondPortChanges, BondPortData } from './link/ports/bond.js'
export type { BridgePort, BridgePortChanges, BridgePortData } from './link/ports/bridge.js'
export type { Port, PortChanges } from './link/ports/index.js'
export type { OtherPort, PortOf } from './link/ports/port.js'
export type { VrfPort, VrfPortData } from './link/ports/vrf.js'
export { openTap, openTun, TunQueue, type TunQueueOptions } from './link/tun-queue.js'
export { updateLink } from './link/update.js'
export type { LinkVf } from './link/vf.js'
export type { Neighbour } from './neighbour/neighbour.js'
export {
  addNeighbour,
  deleteNeighbour,
  getNeighbour,
  listNeighbours,
  type NeighbourFilter,
  type NeighbourIdentity,
  type NeighbourOptions,
  replaceNeighbour,
} from './neighbour/operations.js'
export type { BatchOptions, BatchVerb, ItemOutcome } from './netlink/batch.js'
export type { Operation } from './netlink/operation.js'
export type { Verb } from './netlink/verb.js'
export type { NetnsHandle, NetnsRef, SocketHandle, Where } from './netlink/where.js'
export type { InetSocketOptions, TcpSocketOptions, UdpSocketOptions } from './netns/inet-options.js'
export { type Inside, Netns } from './netns/netns.js'
export { type InetSocket, openSocket } from './netns/open-socket.js'
export {
  type ClosedNetnsRef,
  createNetns,
  deleteNetns,
  listNetns,
  type NetnsName,
  openNetns,
} from './netns/operations.js'
export { readSysctl, type SysctlValue, writeSysctl } from './netns/sysctl.js'
export { listRoutes, type RouteFilter } from './route/list.js'
export { lookupRoute, type RouteLookup } from './route/lookup.js'
export type { RouteMetricOptions, RouteMetrics } from './route/metrics.js'
export type { Realms } from './route/nexthops.js'
export { addRoute, appendRoute, deleteRoute, replaceRoute } from './route/operations.js'
export type { NexthopOptions, RouteDeletion, RouteIdentity, RouteOptions } from './route/options.js'
export type { Nexthop, Route, RouteProto, RouteScope, RouteTable, RouteType } from './route/route.js'
export type { Family } from './rtnetlink/family.js'
export { batch } from './rtnetlink/operation.js'
export {
  type OpenRouteSocket,
  openRouteSocket,
  RouteSocket,
  type RouteSocketOptions,
} from './rtnetlink/route-socket.js'
