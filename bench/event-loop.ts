/**
 * How long the event loop waits while the kernel works: 200 VXLAN links are deleted through promises. Each deletion keeps its thread
 * inside sendto() for some 20 ms (a grace period); none of these threads is the one that runs JavaScript.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { batch, createNetns, createVxlan, deleteLink, openRouteSocket } from 'rtnetlink'

const LINKS = 200
const names = Array.from({ length: LINKS }, (_, i) => `vx${i}`)

await using netns = await createNetns()

async function measure(title: string, remove: (name: string) => Promise<void>): Promise<void> {
  const made = await batch(
    names.map((name, i) => createVxlan.op({ name, id: i + 1, dstPort: 4789 })),
    { netns },
  )
  for (const outcome of made) if (!outcome.ok) throw outcome.error
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  await Promise.all(names.map(remove))
  const took = performance.now() - start
  delay.disable()
  const ms = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1)
  console.log(
    `${title}: ${LINKS} links deleted in ${took.toFixed(0)} ms; event loop delay p50 ${ms(delay.percentile(50))}, ` +
      `p99 ${ms(delay.percentile(99))}, longest ${ms(delay.max)} ms (sampled every 1 ms)`,
  )
}

await measure('a socket each', (name) => deleteLink(name, { netns }))
using socket = await openRouteSocket({ netns })
await measure('one socket', (name) => deleteLink(name, { socket }))
