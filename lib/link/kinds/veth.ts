/** veth: two links, what one sends the other receives. `ip link add … type veth peer …` */
import type { Codec } from '../../codec/codec.js'
import { Rejection, within } from '../../codec/rejection.js'
import {
  attribute,
  attributes,
  encodeAttributes,
  type Infer,
  type InferResult,
  unknownOption,
} from '../../codec/table.js'
import { holdNetns } from '../../netlink/netns-ref.js'
import type { Steps } from '../../netlink/operation.js'
import type { NetnsRef } from '../../netlink/where.js'
import { type CreateOptions, createVerb } from '../create.js'
import { expectedIndex, isIndex } from '../index-codec.js'
import type { LinkKind, Values } from '../kind.js'
import type { LinkOf } from '../link.js'
import { ifinfomsg, linkAttributes } from '../message.js'

/** What rtnl_create_link looks at; veth_newlink does not enslave the peer, nor bring it up (ENOTCONN on some kernels). */
const peerNames = [
  'name',
  'address',
  'broadcast',
  'mtu',
  'txQueueLength',
  'numTxQueues',
  'numRxQueues',
  'group',
  'gsoMaxSize',
  'gsoMaxSegs',
  'groMaxSize',
] as const

/** The other end. */
export interface VethPeerOptions extends Pick<Infer<typeof linkAttributes>, (typeof peerNames)[number]> {
  /** Its index, where this end's is given too (of one alone the kernel takes no notice); else the kernel chooses. `index` */
  readonly index?: number | undefined
  /** The namespace that it is born in: one request makes both ends. */
  readonly netns?: NetnsRef | undefined
}

/** struct ifinfomsg, then attributes of a link. */
const peer: Codec<VethPeerOptions, undefined> = {
  nested: true,
  expected: 'the options of the other end: an object',
  write(writer, value) {
    if (typeof value !== 'object' || value === null) throw new Rejection(peer.expected, value)
    const { index, ...values } = value as Values & { index?: number }
    ifinfomsg.write(writer, { index })
    encodeAttributes(writer, linkAttributes, values)
  },
  read: () => undefined,
}

export const vethAttributes = attributes({
  /** The other end; the kernel names it when absent. `peer` */
  peer: attribute('VETH_INFO_PEER', 1, peer, { writeOnly: true, changeable: false }),
})

function check({ peer: other }: Readonly<Values>, _when: 'create' | 'update', { index }: Readonly<Values>): void {
  const chosen = (other as VethPeerOptions | undefined | null)?.index
  if (chosen !== undefined && index === undefined)
    throw new Rejection("nothing without this end's index: the kernel would choose both", chosen)
      .within('index')
      .within('peer')
}

const known: readonly string[] = [...peerNames, 'index', 'netns']

function* prepare(data: Values, hold: (release: () => void) => void): Steps<void> {
  if (data.peer === undefined) return
  if (typeof data.peer !== 'object' || data.peer === null) throw new Rejection(peer.expected, data.peer).within('peer')
  const { netns, ...values } = data.peer as Values
  within('peer', () => {
    for (const [name, value] of Object.entries(values))
      if (!known.includes(name)) throw unknownOption(name, value, known)
    if (values.index !== undefined && !isIndex(values.index))
      throw new Rejection(expectedIndex, values.index).within('index')
  })
  if (netns !== undefined) {
    const { native, release } = yield* holdNetns(netns as NetnsRef, 'peer.netns')
    hold(release)
    values.netnsFd = native.fd
  }
  data.peer = values
}

export const veth: LinkKind<'veth', typeof vethAttributes> = {
  kind: 'veth',
  config: 'CONFIG_VETH',
  attributes: vethAttributes,
  check,
  prepare,
}

export interface VethOptions extends CreateOptions, Infer<typeof vethAttributes> {}
/** What a veth link has of its own. */
export interface VethData extends InferResult<typeof vethAttributes> {}
export interface VethLink extends LinkOf<'veth', VethData> {}

/**
 * Creates a pair of links. `ip link add veth0 type veth peer name eth0 netns blue`
 *
 * The result is this end; the peer's index is its `link` where both are in one namespace. Throws KernelError EEXIST where
 * either name is taken, and then makes neither. Needs CAP_NET_ADMIN in both namespaces.
 *
 * @example
 * await createVeth({ name: 'veth0', up: true, master: 'br0', peer: { name: 'eth0', netns: 'blue' } })
 */
export const createVeth = createVerb<VethOptions, VethLink>(veth)
