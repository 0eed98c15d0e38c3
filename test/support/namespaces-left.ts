/** Around a whole run: no namespace that a test named is left, and the machine's own links and addresses are untouched. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { linkNames } from './links.js'

const namespaces = '/run/netns'

const state = () => [
  ...(existsSync(namespaces) ? readdirSync(namespaces).filter((name) => name.startsWith('rtnl-test-')) : []),
  // Modules that tests load in a guest bring links of their own, and bonding a file among the links.
  ...linkNames(readdirSync('/sys/class/net').map((name) => ({ name })))
    .filter((name) => name !== 'bonding_masters')
    .map((name) => `link ${name}`),
  ...Object.entries(networkInterfaces()).flatMap(
    ([name, list]) => list?.map(({ cidr }) => `address ${cidr} on ${name}`) ?? [],
  ),
]

/** IPv6 may be a module, for which netlink does not ask; with it comes an address of the loopback. */
async function loadIpv6(): Promise<void> {
  const socket = createSocket('udp6').bind(0, '::1')
  await once(socket, 'listening').catch(() => {})
  socket.close()
}

export default async function setup() {
  await loadIpv6()
  const before = state()
  return () => {
    const left = state().filter((one) => !before.includes(one))
    if (left.length === 0) return
    // Vitest prints what a tear-down throws, and ends as if nothing had been.
    process.exitCode = 1
    throw new Error(`the run left behind: ${left.join(', ')}`)
  }
}
