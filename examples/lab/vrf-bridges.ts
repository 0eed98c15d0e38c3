/** What T3 and T4 build: nodes that each have a VXLAN and a container at one bridge, which is in a VRF. */
import { createBridge, createVrf, createVxlan } from 'rtnetlink'
import { type Endpoint, plugContainer } from './container.js'
import type { Lab, Node } from './lab.js'
import type { Built } from './run.js'

/** Last byte of the node's address on the switch. */
type SiteNumber = 50 | 54 | 58

export const underlay = (number: SiteNumber) => `192.168.57.${number}`

/** Where frames go whose destination has not been learned yet. */
export type Unknown = { readonly remote: string } | { readonly group: string; readonly dev: string }

interface Site {
  readonly node: Node
  readonly container: Endpoint
}

async function addSite(lab: Lab, number: SiteNumber, address: string, unknown: Unknown): Promise<Site> {
  const local = underlay(number)
  const node = await lab.node(`node-${number}`, `${local}/24`)
  await createVrf({ name: 'vrf0', table: 10, up: true }, node.where)
  await createBridge({ name: 'br0', master: 'vrf0', up: true }, node.where)
  const overlay = { name: 'vxlan0', id: 42, dstPort: 4789, local, ...unknown }
  const { mtu } = await createVxlan({ ...overlay, master: 'br0', up: true }, node.where)
  // Nobody tells the container of a frame that is too large for the VXLAN: a bridge drops it.
  return { node, container: await plugContainer(lab, node, 'br0', address, mtu) }
}

/** The containers are in one network, which the bridges stretch over the nodes. */
export async function vrfBridges(
  lab: Lab,
  numbers: readonly SiteNumber[],
  unknown: (number: SiteNumber) => Unknown,
): Promise<Built> {
  const sites = await Promise.all(
    numbers.map((number, i) => addSite(lab, number, `172.18.1.${2 + i}/24`, unknown(number))),
  )
  const [first] = sites
  return { sample: (first as Site).node, endpoints: sites.map(({ container }) => container) }
}
