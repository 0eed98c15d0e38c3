/** What a node looks like, as tables. */
import { listAddresses, listFdb, listLinks, listNeighbours, listRoutes } from 'rtnetlink'
import type { Node } from './lab.js'

function table(title: string, rows: readonly (readonly string[])[]): void {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), [])
  console.log(`  ${title}`)
  for (const row of rows)
    console.log(
      `    ${row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}`,
    )
}

const dash = (value: unknown) => (value === undefined ? '-' : String(value))

/** Neighbours whose link-layer address is known; without the groups, which are in 'noarp'. */
const known = ['permanent', 'reachable', 'stale', 'delay', 'probe'] as const

/** Links, routes of all tables, neighbours and FDB entries of a node. */
export async function show(node: Node): Promise<void> {
  const [links, addresses, routes, neighbours, fdb] = await Promise.all([
    listLinks({}, node.where),
    listAddresses({ family: 'inet' }, node.where),
    listRoutes({ family: 'inet', table: 'all', type: 'unicast' }, node.where),
    listNeighbours({ family: 'inet', state: known }, node.where),
    listFdb({}, node.where),
  ])
  const name = (index: number | undefined) => dash(links.find((link) => link.index === index)?.name)
  const addressesOf = (dev: number) => addresses.filter((address) => address.dev === dev).map(({ address }) => address)
  console.log(`\n${node.name}`)
  table(
    'links',
    links.map((link) => [
      link.name,
      link.kind,
      `mtu ${link.mtu}`,
      dash(link.address),
      link.master === undefined ? '' : `master ${name(link.master)}`,
      addressesOf(link.index).join(' '),
    ]),
  )
  table(
    'routes',
    routes.map(({ dst, via, dev, table }) => [
      dst,
      via === undefined ? 'direct' : `via ${via}`,
      `dev ${name(dev)}`,
      table === 'main' ? '' : `table ${table}`,
    ]),
  )
  table(
    'neighbours',
    neighbours.map(({ address, lladdr, dev, state }) => [address, dash(lladdr), `dev ${name(dev)}`, dash(state)]),
  )
  const remote = fdb.filter(({ dst }) => dst !== undefined)
  table(
    'FDB',
    remote.map(({ lladdr, dst, dev, state }) => [lladdr, `dst ${dash(dst)}`, `dev ${name(dev)}`, dash(state)]),
  )
}
