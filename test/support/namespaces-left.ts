/** Around a whole run: no namespace that a test named is left, and the machine's own links and addresses are untouched. */
import { existsSync, readdirSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

const namespaces = '/run/netns'

const state = () => [
  ...(existsSync(namespaces) ? readdirSync(namespaces).filter((name) => name.startsWith('rtnl-test-')) : []),
  ...readdirSync('/sys/class/net').map((name) => `link ${name}`),
  ...Object.entries(networkInterfaces()).flatMap(
    ([name, list]) => list?.map(({ cidr }) => `address ${cidr} on ${name}`) ?? [],
  ),
]

export default function setup() {
  const before = state()
  return () => {
    const left = state().filter((one) => !before.includes(one))
    if (left.length === 0) return
    // Vitest prints what a tear-down throws, and ends as if nothing had been.
    process.exitCode = 1
    throw new Error(`the run left behind: ${left.join(', ')}`)
  }
}
