/**
 * A small network out of namespaces, for the examples and their tests: nodes joined by a switch.
 *
 *     node A          node B          node C          a namespace each
 *       eth0            eth0            eth0          one end of a veth pair
 *         └───────┬───────┴───────┬───────┘
 *                 └──── br0 ──────┘                   the switch: a bridge in a namespace of its own
 *
 * Nothing of it touches the machine's own links, and all of it is gone when the lab is closed, or the process is.
 */
import {
  addAddress,
  createBridge,
  createNetns,
  createVeth,
  deleteNetns,
  type Netns,
  updateLink,
  type Where,
} from 'rtnetlink'

/** Names namespaces; the default leaves them without a name. */
export type Naming = (name: string) => string | undefined

export interface Node {
  readonly name: string
  readonly netns: Netns
  /** Where calls act that concern this node. */
  readonly where: Where
}

export class Lab {
  private readonly opened: Node[] = []
  private underlay: Promise<Node> | undefined

  constructor(private readonly naming: Naming = () => undefined) {}

  /** A namespace with its loopback up. */
  async namespace(name: string): Promise<Node> {
    const netns = await createNetns(this.naming(name))
    const node = { name, netns, where: { netns } }
    this.opened.push(node)
    await updateLink('lo', { up: true }, node.where)
    return node
  }

  /** A machine on the switch: its `eth0` has this address. */
  async node(name: string, address: string): Promise<Node> {
    const [underlay, node] = await Promise.all([this.switch(), this.namespace(name)])
    const peer = { name: 'eth0', netns: node.netns }
    await createVeth({ name, master: 'br0', up: true, peer }, underlay.where)
    await addAddress({ dev: 'eth0', address }, node.where)
    await updateLink('eth0', { up: true }, node.where)
    return node
  }

  /** The namespace of the switch, whose bridge `br0` all underlay packets cross. */
  switch(): Promise<Node> {
    this.underlay ??= this.namespace('switch').then(async (node) => {
      await createBridge({ name: 'br0', up: true }, node.where)
      return node
    })
    return this.underlay
  }

  get nodes(): readonly Node[] {
    return this.opened
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { name, netns } of this.opened.splice(0).reverse()) {
      const bound = this.naming(name)
      if (bound !== undefined) await deleteNetns(bound)
      netns.close()
    }
  }
}
