/** The other end of a pair of links that one request makes: veth, vxcan, netkit. */
import type { Codec } from '../codec/codec.js'
import { Rejection, within } from '../codec/rejection.js'
import { encodeAttributes, type Infer, unknownOption } from '../codec/table.js'
import { holdNetns } from '../netlink/netns-ref.js'
import type { Steps } from '../netlink/operation.js'
import type { NetnsRef } from '../netlink/where.js'
import { expectedIndex, isIndex } from './index-codec.js'
import type { Values } from './kind.js'
import { ifinfomsg, linkAttributes } from './message.js'

/** What rtnl_create_link looks at; the kinds do not enslave the peer, nor bring it up (ENOTCONN on some kernels). */
const names = [
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

/** The other end. An old kernel (5.10) gives it the `gsoMaxSize` and `gsoMaxSegs` of this one (veth_newlink). */
export interface PeerOptions extends Pick<Infer<typeof linkAttributes>, (typeof names)[number]> {
  /** Its index, where this end's is given too (of one alone the kernel takes no notice); else the kernel chooses. `index` */
  readonly index?: number | undefined
  /** The namespace that it is born in: one request makes both ends. */
  readonly netns?: NetnsRef | undefined
}

/** struct ifinfomsg, then attributes of a link. */
export const peer: Codec<PeerOptions, undefined> = {
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

/** For the `check` of a kind whose option `peer` is. */
export function checkPeer({ peer: other }: Readonly<Values>, { index }: Readonly<Values>): void {
  const chosen = (other as PeerOptions | undefined | null)?.index
  if (chosen !== undefined && index === undefined)
    throw new Rejection("nothing without this end's index: the kernel would choose both", chosen)
      .within('index')
      .within('peer')
}

const known: readonly string[] = [...names, 'index', 'netns']

/** For the `prepare` of such a kind. */
export function* preparePeer(data: Values, hold: (release: () => void) => void): Steps<void> {
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
