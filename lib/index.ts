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
export type { LinkChanges, LinkUpdate } from './link/changes.js'
export type { CreateOptions } from './link/create.js'
export { type BridgeData, type BridgeLink, type BridgeOptions, createBridge } from './link/kinds/bridge.js'
export { createDummy, type DummyData, type DummyLink } from './link/kinds/dummy.js'
export type { Link } from './link/kinds/index.js'
export { createIpip, type IpipData, type IpipLink, type IpipOptions } from './link/kinds/ipip.js'
export { createVeth, type VethData, type VethLink, type VethOptions, type VethPeerOptions } from './link/kinds/veth.js'
export { createVrf, type VrfData, type VrfLink, type VrfOptions } from './link/kinds/vrf.js'
export {
  createVxlan,
  type VxlanAttributes,
  type VxlanData,
  type VxlanLink,
  type VxlanOptions,
} from './link/kinds/vxlan.js'
export type { LinkBase, LinkFlag, LinkOf, OtherLink, PlainLink } from './link/link.js'
export type { LinkRef } from './link/link-ref.js'
export {
  type CreateLinkOptions,
  createLink,
  deleteLink,
  getLink,
  type LinkFilter,
  listLinks,
} from './link/operations.js'
export { updateLink } from './link/update.js'
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
