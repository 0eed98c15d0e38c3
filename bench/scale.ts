/** That nothing is quadratic: 100,000 items cost as much each as 10,000 do, within a factor of two. */
import { addFdb, batch, createNetns, createVxlan, deleteLink, listFdb, openRouteSocket } from 'rtnetlink'

const hex = (byte: number) => byte.toString(16).padStart(2, '0')
const mac = (i: number) => `02:00:00:${hex(i >> 16)}:${hex((i >> 8) & 0xff)}:${hex(i & 0xff)}`

await using netns = await createNetns()
using socket = await openRouteSocket({ netns })

interface Cost {
  readonly add: number
  readonly list: number
}

/** Microseconds an item. */
async function cost(count: number): Promise<Cost> {
  await createVxlan({ name: 'vx0', id: 1, dstPort: 4789 }, { socket })
  const operations = Array.from({ length: count }, (_, i) => addFdb.op({ dev: 'vx0', lladdr: mac(i), dst: '10.0.0.1' }))
  const start = performance.now()
  const outcomes = await batch(operations, { socket })
  const added = performance.now()
  const entries = await listFdb({ dev: 'vx0' }, { socket })
  const listed = performance.now()
  for (const outcome of outcomes) if (!outcome.ok) throw outcome.error
  // The link has one entry of its own at most: the default destination, which this one lacks.
  if (entries.length !== count) throw new Error(`${entries.length} entries listed, not ${count}`)
  await deleteLink('vx0', { socket })
  return { add: ((added - start) * 1000) / count, list: ((listed - added) * 1000) / count }
}

// Warm: the first thousands of messages run in the interpreter.
await cost(10_000)
const [few, many] = [await cost(10_000), await cost(100_000)]
for (const what of ['add', 'list'] as const) {
  console.log(
    `${what} FDB entries: ${few[what].toFixed(2)} µs each of 10,000, ${many[what].toFixed(2)} µs each of 100,000: ` +
      `× ${(many[what] / few[what]).toFixed(2)}`,
  )
}
