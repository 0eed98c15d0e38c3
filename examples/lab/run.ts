/** Runs topologies as a program: builds each, proves it, shows it, takes it down again. */
import { RtnetlinkError } from 'rtnetlink'
import type { Endpoint } from './container.js'
import { Lab, type Node } from './lab.js'
import { probeAll } from './probe.js'
import { show } from './show.js'

export interface Built {
  /** The node to look at; the others are like it. */
  readonly sample: Node
  readonly endpoints: readonly Endpoint[]
}

export interface Topology {
  readonly title: string
  /** What is built, in a line or two. */
  readonly about: string
  build(lab: Lab): Promise<Built>
}

async function runOne({ title, about, build }: Topology): Promise<void> {
  await using lab = new Lab()
  console.log(`${title}\n${about}`)
  const start = performance.now()
  const { sample, endpoints } = await build(lab)
  const took = performance.now() - start
  const paths = await probeAll(endpoints)
  // Now that packets have crossed it, also what was learned from them.
  await show(sample)

  console.log('\npaths')
  for (const { from, to, works } of paths)
    console.log(`  ${from.name} ${from.address} → ${to.name} ${to.address}  ${works ? 'works' : 'FAILS'}`)
  const working = paths.filter(({ works }) => works).length
  console.log(`\n${working}/${paths.length} paths work; set-up took ${took.toFixed(0)} ms`)
  if (working < paths.length || paths.length === 0) process.exitCode = 1
}

export async function run(...topologies: readonly Topology[]): Promise<void> {
  // The namespaces have no name: they go with the process, however it ends.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => process.exit(code))

  try {
    for (const [i, topology] of topologies.entries()) {
      if (i > 0) console.log()
      await runOne(topology)
    }
  } catch (error) {
    if (!(error instanceof RtnetlinkError)) throw error
    // Most likely the kernel lacks something, or the user a privilege: the sentence says which.
    console.error(error.message)
    process.exitCode = 1
  }
}

/** Whether the module at `url` is the program that was started. */
export const isMain = (url: string): boolean =>
  process.argv[1] !== undefined && import.meta.resolve(`file://${process.argv[1]}`) === url
