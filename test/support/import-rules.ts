/** Who may import whom inside lib/. Paths are as in `lib/link/message.ts`. */
export interface Edge {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const families = [
  ...['link', 'address', 'route', 'rule', 'nexthop', 'neighbour', 'fdb', 'mdb', 'vlan', 'vni', 'mst'],
  ...['qdisc', 'netconf', 'stats', 'netns', 'monitor'],
]
/** From the ground up; a layer imports itself and what is below. */
const layers = [['codec'], ['netlink'], ['rtnetlink'], families, ['index']]

const place = (path: string): string => path.split('/')[1]?.replace(/\.ts$/, '') ?? ''
const layer = (path: string): number => layers.findIndex((members) => members.includes(place(path)))

/** What is wrong with one import, or `undefined`. */
export function violation({ from, to, typeOnly }: Edge): string | undefined {
  if (!to.startsWith('lib/')) return external(to)
  if (to === 'lib/index.ts') return 'nobody imports index.ts'
  if (to === 'lib/errors.ts') return undefined
  if (from === 'lib/errors.ts') return 'errors.ts is below everything, so it imports nothing of the library'
  if (place(from) === 'native') return place(to) === 'native' ? undefined : 'the native declaration stands alone'
  if (place(to) === 'native') return native(from, typeOnly)
  if (layer(from) < 0 || layer(to) < 0) return 'no layer is known for it'
  if (layer(to) > layer(from)) return 'an upward import'
  if (/\/message\.ts$/.test(from) && /\/(operations|create)\.ts$|\/kinds\//.test(to)) return 'message.ts is data'
  if (place(from) === place(to) || layer(to) < layer(from)) return undefined
  return sibling(from, to) ? undefined : 'siblings share nothing but what the design names'
}

function external(to: string): string | undefined {
  if (/^(node:)?child_process$/.test(to)) return 'no child process, ever'
  return to.startsWith('node:') ? undefined : 'the library has no dependency in JavaScript'
}

function native(from: string, typeOnly: boolean): string | undefined {
  if (/^lib\/netlink\/(socket|task)[^/]*\.ts$/.test(from)) return undefined
  if (typeOnly && place(from) === 'netlink') return undefined
  return 'only netlink/socket* and netlink/task* touch the addon'
}

function sibling(from: string, to: string): boolean {
  if (to === 'lib/link/link-ref.ts') return true
  if (to === 'lib/neighbour/message.ts') return place(from) === 'fdb' || place(from) === 'monitor'
  return place(from) === 'monitor' && /^lib\/[^/]+\/message\.ts$/.test(to)
}

/** Circles of imports, each as the files on it; types count too, since a circle of types is as hard to read. */
export function cycles(edges: readonly Edge[]): string[][] {
  const targets = new Map<string, string[]>()
  for (const { from, to } of edges) targets.set(from, [...(targets.get(from) ?? []), to])
  const done = new Set<string>()
  const found: string[][] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) found.push([...trail.slice(start), path])
    if (start >= 0 || done.has(path)) return
    for (const to of targets.get(path) ?? []) visit(to, [...trail, path])
    done.add(path)
  }
  for (const path of targets.keys()) visit(path, [])
  return found
}
