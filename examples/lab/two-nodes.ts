/** The two nodes of T5 to T7, each with a bridge and a container behind it. */
import { addContainer, type Endpoint } from './container.js'
import type { Lab, Node } from './lab.js'

export interface Site {
  readonly number: 245 | 246
  /** Its address on the switch. */
  readonly underlay: string
  /** Its containers' network. */
  readonly network: string
}

export interface BuiltSite extends Site {
  readonly node: Node
  readonly container: Endpoint
}

const site = (number: 245 | 246): Site => ({
  number,
  underlay: `192.168.32.${number}`,
  network: `172.${number}.0.0/24`,
})

export async function twoNodes(lab: Lab): Promise<readonly [BuiltSite, BuiltSite]> {
  const make = async (self: Site): Promise<BuiltSite> => {
    const node = await lab.node(`node-${self.number}`, `${self.underlay}/24`)
    const inside = `172.${self.number}.0`
    const container = await addContainer(lab, node, {
      bridge: `br${self.number}`,
      gateway: `${inside}.1/24`,
      address: `${inside}.2/24`,
    })
    return { ...self, node, container }
  }
  const [one, other] = await Promise.all([make(site(245)), make(site(246))])
  return [one, other]
}
