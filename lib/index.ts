/** Linux network configuration, straight to the kernel. */

export type { Address } from './address/address.js'
export type { AddressFilter } from './address/filter.js'
export { type AddressQuery, getAddress } from './address/get.js'
export {
  type AnycastAddressFilter,
  type JoinedAddress,
  listAnycastAddresses,
  listMulticastAddresses,
  type MulticastAddressFilter,
} from './address/groups.js'
export { type AddressListFilter, flushAddresses, listAddresses } from './address/list.js'
export { type AddressDeletion, addAddress, deleteAddress, replaceAddress } from './address/operations.js'
export type { AddressIdentity, AddressOptions } from './address/options.js'
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
  addFloodDestination,
  deleteFloodDestination,
  type FloodDestination,
  type FloodFilter,
  listFloodDestinations,
} from './fdb/flood.js'
export { type FdbFlushFilter, flushFdb } from './fdb/flush.js'
export { type FdbFilter, type FdbQuery, getFdb, listFdb } from './fdb/list.js'
export {
  addFdb,
  appendFdb,
  deleteFdb,
  type FdbIdentity,
  type FdbOptions,
  replaceFdb,
} from './fdb/operations.js'
export { addAltName, deleteAltName } from './link/alt-names.js'
export {
  type BridgedLink,
  type BridgedLinkChanges,
  type BridgedLinkFilter,
  listBridgedLinks,
  updateBridgedLink,
} from './link/bridged-links.js'
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
export { updateVf, type VfChanges } from './link/vf-update.js'
export { flushMdb, type MdbFlush } from './mdb/flush.js'
export {
  getMdb,
  listMdb,
  listMdbRouters,
  type MdbFilter,
  type MdbQuery,
  type MdbRouterFilter,
} from './mdb/list.js'
export type { MdbEntry, MdbRouter, MdbSource } from './mdb/mdb.js'
export { addMdb, deleteMdb, replaceMdb } from './mdb/operations.js'
export type {
  BridgeMdbIdentity,
  BridgeMdbOptions,
  MdbIdentity,
  MdbOptions,
  VxlanMdbIdentity,
  VxlanMdbOptions,
} from './mdb/options.js'
export { flushNeighbours, listNeighbours, type NeighbourFilter } from './neighbour/list.js'
export type { Neighbour } from './neighbour/neighbour.js'
export {
  addNeighbour,
  deleteNeighbour,
  getNeighbour,
  type NeighbourIdentity,
  type NeighbourOptions,
  replaceNeighbour,
  updateNeighbour,
} from './neighbour/operations.js'
export {
  listNeighbourTables,
  type NeighbourParameters,
  type NeighbourTable,
  type NeighbourTableChanges,
  type NeighbourTableFilter,
  updateNeighbourTable,
} from './neighbour/tables.js'
export {
  getNetconf,
  listNetconf,
  type Netconf,
  type NetconfFamily,
  type NetconfFilter,
  type NetconfQuery,
  type NetconfTarget,
} from './netconf/operations.js'
export type { BatchOptions, BatchVerb, ItemOutcome } from './netlink/batch.js'
export type { Operation } from './netlink/operation.js'
export type { Verb } from './netlink/verb.js'
export type { NetnsHandle, NetnsRef, SocketHandle, Where } from './netlink/where.js'
export { attachNetns } from './netns/attach.js'
export { getNetnsId, listNetnsIds, type NetnsId, type NetnsIdQuery, setNetnsId } from './netns/ids.js'
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
export { identifyNetns, listNetnsPids } from './netns/processes.js'
export { readSysctl, type SysctlValue, writeSysctl } from './netns/sysctl.js'
export { type NetnsEvent, type NetnsWatch, type NetnsWatchOptions, watchNetns } from './netns/watch.js'
export {
  getNexthopBucket,
  listNexthopBuckets,
  type NexthopBucketFilter,
  type NexthopBucketQuery,
} from './nexthop/buckets.js'
export { flushNexthops, listNexthops, type NexthopFilter } from './nexthop/list.js'
export type { NexthopBucket, NexthopMember, NexthopObject } from './nexthop/nexthop.js'
export {
  addNexthop,
  deleteNexthop,
  getNexthop,
  type NexthopCounts,
  type NexthopIdentity,
  type NexthopMemberOptions,
  type NexthopObjectOptions,
  type NexthopQuery,
  replaceNexthop,
} from './nexthop/operations.js'
export type { Estimator } from './qdisc/estimator.js'
export type { BfifoData, BfifoOptions, BfifoQdisc } from './qdisc/kinds/bfifo.js'
export type { ClsactQdisc } from './qdisc/kinds/clsact.js'
export type { FqData, FqOptions, FqQdisc, FqXstats } from './qdisc/kinds/fq.js'
export type {
  FqCodelChanges,
  FqCodelData,
  FqCodelOptions,
  FqCodelQdisc,
  FqCodelXstats,
} from './qdisc/kinds/fq-codel.js'
export type { Qdisc } from './qdisc/kinds/index.js'
export type { IngressQdisc } from './qdisc/kinds/ingress.js'
export type { MqQdisc } from './qdisc/kinds/mq.js'
export type { NetemQdisc, NetemXstats } from './qdisc/kinds/netem.js'
export type { NoqueueQdisc } from './qdisc/kinds/noqueue.js'
export type { PfifoData, PfifoOptions, PfifoQdisc } from './qdisc/kinds/pfifo.js'
export type { PfifoFastData, PfifoFastQdisc } from './qdisc/kinds/pfifo-fast.js'
export type { TbfQdisc } from './qdisc/kinds/tbf.js'
export type { LinkLayer } from './qdisc/link-layer.js'
export type { NetemDistribution } from './qdisc/netem/distribution.js'
export type { NetemData, NetemLossModel, NetemOptions, NetemSlot } from './qdisc/netem/options.js'
export {
  addQdisc,
  deleteQdisc,
  getQdisc,
  listQdiscs,
  type OtherQdiscOptions,
  type QdiscChanges,
  type QdiscFilter,
  type QdiscIdentity,
  type QdiscOptions,
  type QdiscPlace,
  type QdiscSettingChanges,
  type QdiscSettings,
  replaceQdisc,
  updateQdisc,
} from './qdisc/operations.js'
export type { OtherQdisc, QdiscBase, QdiscOf, QdiscStats } from './qdisc/qdisc.js'
export type { Stab, StabSpec } from './qdisc/stab.js'
export type { TbfData, TbfOptions } from './qdisc/tbf/options.js'
export type { Percent } from './qdisc/units/percent.js'
export type { Rate } from './qdisc/units/rate.js'
export type { Size } from './qdisc/units/size.js'
export type { Time } from './qdisc/units/time.js'
export { flushRouteCache, flushRoutes } from './route/flush.js'
export { type ListRoutes, listRoutes, type RouteFilter } from './route/list.js'
export { type LookupRoute, lookupRoute, type RouteLookup } from './route/lookup.js'
export type { RouteMetricOptions, RouteMetrics } from './route/metrics.js'
export type {
  MplsNexthop,
  MplsNexthopOptions,
  MplsRoute,
  MplsRouteIdentity,
  MplsRouteOptions,
} from './route/mpls.js'
export type { MplsRouteFilter, MplsRouteLookup } from './route/mpls-list.js'
export {
  listMulticastRoutes,
  type MulticastHop,
  type MulticastRoute,
  type MulticastRouteFilter,
} from './route/multicast.js'
export {
  addRoute,
  appendRoute,
  deleteRoute,
  prependRoute,
  replaceRoute,
  updateRoute,
} from './route/operations.js'
export type { NexthopOptions, RouteDeletion, RouteIdentity, RouteOptions } from './route/options.js'
export type { Nexthop, Route, RouteProto, RouteScope, RouteTable, RouteType } from './route/route.js'
export type { BpfEncap } from './rtnetlink/encap/bpf.js'
export type { Encap, EncapOptions, OtherEncap } from './rtnetlink/encap/encap.js'
export type { IlaEncap, IlaEncapOptions } from './rtnetlink/encap/ila.js'
export type { Ioam6Encap, Ioam6EncapOptions, Ioam6Frequency, Ioam6Trace } from './rtnetlink/encap/ioam6.js'
export type { IpEncap, IpEncapOptions } from './rtnetlink/encap/ip.js'
export type { Ip6Encap, Ip6EncapOptions } from './rtnetlink/encap/ip6.js'
export type { MplsEncap, MplsEncapOptions } from './rtnetlink/encap/mpls.js'
export type { RplEncap, RplEncapOptions } from './rtnetlink/encap/rpl.js'
export type { Seg6Encap, Seg6EncapOptions } from './rtnetlink/encap/seg6.js'
export type { Seg6localEncap, Seg6localEncapOptions } from './rtnetlink/encap/seg6local.js'
export type { Seg6localCounters } from './rtnetlink/encap/seg6local-attributes.js'
export type { Segments } from './rtnetlink/encap/srh.js'
export type { XfrmEncap, XfrmEncapOptions } from './rtnetlink/encap/xfrm.js'
export type { Family } from './rtnetlink/family.js'
export type { IdRange, Span } from './rtnetlink/id-range.js'
export type { Named, NamedProto, NamedRealms, NamedScope, NamedTable } from './rtnetlink/names.js'
export { batch } from './rtnetlink/operation.js'
export type { Realms } from './rtnetlink/realms.js'
export { type Message, type RequestFlag, type RequestOptions, type RequestVerb, request } from './rtnetlink/request.js'
export {
  type OpenRouteSocket,
  openRouteSocket,
  RouteSocket,
  type RouteSocketOptions,
} from './rtnetlink/route-socket.js'
export { flushRules, listRules, type RuleFilter } from './rule/list.js'
export { addRule, deleteRule } from './rule/operations.js'
export type { RuleDeletion, RuleOptions, RuleSelector } from './rule/options.js'
export type { Rule, RuleFamily } from './rule/rule.js'
export {
  getLinkStats,
  type LinkStatsFilter,
  type LinkStatsGroup,
  type LinkStatsQuery,
  type LinkStatsSettings,
  type LinkStatsSubgroup,
  listLinkStats,
  setLinkStats,
} from './stats/operations.js'
export type { LinkOffloadStats, LinkStats, LinkXstats } from './stats/stats.js'
export type { BothWays } from './stats/xstats.js'
export {
  type BridgeVlanGlobal,
  type BridgeVlanGlobalChanges,
  type BridgeVlanRouterPort,
  listBridgeVlanGlobals,
  updateBridgeVlanGlobal,
} from './vlan/global.js'
export { type BridgeVlanFilter, listBridgeVlanRanges, listBridgeVlans } from './vlan/list.js'
export { listMstStates, type MstState, type MstStateFilter, type MstStateOptions, updateMstState } from './vlan/mst.js'
export {
  addBridgeVlan,
  type BridgeVlanChanges,
  type BridgeVlanIdentity,
  type BridgeVlanOptions,
  deleteBridgeVlan,
  replaceBridgeVlan,
  updateBridgeVlan,
} from './vlan/operations.js'
export {
  addBridgeVlanTunnel,
  type BridgeVlanTunnel,
  type BridgeVlanTunnelIdentity,
  type BridgeVlanTunnelOptions,
  deleteBridgeVlanTunnel,
  listBridgeVlanTunnels,
} from './vlan/tunnel.js'
export type { BridgeVlan, BridgeVlanData, BridgeVlanRange, BridgeVlanStatistics } from './vlan/vlan.js'
export {
  addVni,
  deleteVni,
  listVnis,
  replaceVni,
  type VniFilter,
  type VniIdentity,
  type VniOptions,
} from './vni/operations.js'
export type { Vni, VniStatistics } from './vni/vni.js'
