/** Runs a topology of examples/ in namespaces that have names, so that `ip` and `bridge` can look into them. */
import { randomBytes } from 'node:crypto'
import type { Endpoint } from '../../examples/lab/container.js'
import { Lab } from '../../examples/lab/lab.js'
import { probeAll } from '../../examples/lab/probe.js'
import type { Topology } from '../../examples/lab/run.js'
import { type NamespaceView, namespaceView } from './namespace.js'

export interface RunningTopology extends AsyncDisposable {
  /** The name that its namespace has for `ip netns`. */
  netnsName(name: string): string
  /** What `ip` and `bridge` see in it. */
  view(name: string): NamespaceView
  /** `from → to` of each path that does not work. */
  brokenPaths(): Promise<string[]>
  readonly paths: number
}

export async function startTopology({ build }: Topology): Promise<RunningTopology> {
  const run = randomBytes(4).toString('hex')
  const netnsName = (name: string) => `rtnl-test-${run}-${name}`
  const lab = new Lab(netnsName)
  let endpoints: readonly Endpoint[]
  try {
    endpoints = (await build(lab)).endpoints
  } catch (error) {
    await lab[Symbol.asyncDispose]()
    throw error
  }
  return {
    netnsName,
    view: (name) => namespaceView(netnsName(name)),
    async brokenPaths() {
      const broken = (await probeAll(endpoints)).filter(({ works }) => !works)
      return broken.map(({ from, to }) => `${from.name} → ${to.name}`)
    },
    paths: endpoints.length * (endpoints.length - 1),
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  }
}

export const macOf = async (view: NamespaceView, dev: string): Promise<string> =>
  (await view.show(`link show dev ${dev}`))[0].address

/** FDB entries that lead to another node. */
export const remoteEntries = async (view: NamespaceView, dev: string) =>
  (await view.bridge(`fdb show dev ${dev}`)).filter(({ dst }) => dst !== undefined)

/** Without what `-d` adds, which is the same for all of these. */
export const routes = async (view: NamespaceView, words: string) =>
  (await view.show(`route show ${words}`)).map(({ type, protocol, metrics, ...route }) => route)
