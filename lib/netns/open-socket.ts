/** Sockets for Node's own `dgram`, `net` and `http`, in any namespace. */
import type { IpFamily } from '../codec/addresses.js'
import { linkIndex } from '../link/link-ref.js'
import { hinted } from '../netlink/hints.js'
import { here, perform, type Steps } from '../netlink/operation.js'
import { verb } from '../rtnetlink/operation.js'
import { checkInetOptions, type InetSocketOptions } from './inet-options.js'

/** A descriptor that is yours: let Node adopt it, or close it with `fs.closeSync(fd)`. */
export interface InetSocket {
  readonly fd: number
  readonly address: string
  /** As bound. */
  readonly port: number
  readonly family: IpFamily
}

const opening = ({ type, address, port }: InetSocketOptions) => `open ${type} socket on ${address} port ${port ?? 0}`

const hints = {
  'bind EACCES': 'a port this low needs the capability CAP_NET_BIND_SERVICE',
  'bind EADDRINUSE': 'the port is taken in this namespace',
  'bind EADDRNOTAVAIL':
    'this namespace has no such address, or not yet (IPv6 checks a new one first, unless dad: false)',
  'bind EINVAL': "a link-local address needs its link: 'fe80::1%eth0'",
  'setsockopt ENODEV': 'this namespace has no such link (bindToDevice)',
}

/**
 * Opens a bound UDP or a listening TCP socket that belongs to a namespace, while the process stays where it is. Node adopts the descriptor:
 * `dgram` by `socket.bind({ fd })`, `net` and `http` by `server.listen({ fd })`. It is the caller's: whoever does not adopt it closes it.
 *
 * Node takes the zone of a link-local address for a link of the process's own namespace: an adopted socket sees such peers under a wrong name,
 * or reports ENXIO instead of their datagrams. Let peers in another namespace have other addresses.
 *
 * Throws SystemCallError EADDRINUSE, EADDRNOTAVAIL … as bind(2) does. Needs CAP_SYS_ADMIN to enter the namespace, and CAP_NET_BIND_SERVICE
 * for a port below 1024.
 *
 * @example
 * const { fd } = await openSocket({ type: 'tcp', address: '10.0.0.1', port: 80 }, { netns: 'blue' })
 * http.createServer((request, response) => response.end('hello from blue')).listen({ fd })
 */
export const openSocket = verb(opening, function* (given: InetSocketOptions): Steps<InetSocket> {
  const { address, ...options } = checkInetOptions(given)
  const { bytes, family, zone, text } = address
  const scopeId = zone === undefined ? 0 : yield* linkIndex(zone, 'address')
  const netns = yield* here()
  try {
    const { fd, port } = yield* perform({
      name: 'openInetSocket',
      args: [{ ...options, netns, family, address: bytes, scopeId }],
    })
    return { fd, port, address: text, family }
  } catch (error) {
    throw hinted(error, opening(given), hints)
  }
})
