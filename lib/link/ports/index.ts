/** The registry of port kinds: one line each. */
import { type BondPort, type BondPortChanges, bondPort } from './bond.js'
import { type BridgePort, type BridgePortChanges, bridgePort } from './bridge.js'
import type { AnyPortKind, OtherPort } from './port.js'
import { type VrfPort, vrfPort } from './vrf.js'

const ports: Readonly<Record<string, AnyPortKind>> = { bond: bondPort, bridge: bridgePort, vrf: vrfPort }

/** What a link has as a port of its master, told apart by the master's kind. */
export type Port = BondPort | BridgePort | VrfPort | OtherPort

/** What can be changed in a port, by the kind of its master. */
export type PortChanges = BondPortChanges | BridgePortChanges

export const portKindOf = (name: string): AnyPortKind | undefined =>
  Object.hasOwn(ports, name) ? ports[name] : undefined
