/** What this process holds, and where its threads are. */
import { readdirSync, readlinkSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { addon } from '../../lib/native/addon.js'

/** Descriptors of this process, and the addon's descriptors and passing threads; its pool of threads may have grown, with an eventfd each. */
export function holdings() {
  const { descriptors, threads } = addon().census()
  return { descriptors: readdirSync('/proc/self/fd').length - threads, native: descriptors - threads }
}

/** What the descriptors of this process are. */
export const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`]
    } catch {
      return [] // the listing's own
    }
  })

// The namespace first: by the time that a thread of ours has changed it, it has its name.
const sampler = `
  const { readdirSync, readFileSync, readlinkSync } = require('node:fs')
  const { parentPort, workerData: home } = require('node:worker_threads')
  const strays = new Set()
  let running = true
  let samples = 0
  let visitors = 0
  parentPort.once('message', () => { running = false })
  const sample = () => {
    for (const task of readdirSync('/proc/self/task')) {
      try {
        if (readlinkSync('/proc/self/task/' + task + '/ns/net') === home) continue
        const name = readFileSync('/proc/self/task/' + task + '/comm', 'utf8').trim()
        if (name === 'rtnetlink') visitors++
        else strays.add(name + ' ' + task)
      } catch {} // it has ended since
    }
    samples++
    if (running) setImmediate(sample)
    else parentPort.postMessage({ samples, visitors, strays: [...strays] })
  }
  parentPort.postMessage('ready')
  sample()
`

export interface Sightings {
  readonly samples: number
  /** Times that a throw-away thread of the addon was seen in another namespace. */
  readonly visitors: number
  /** Any other thread that was. */
  readonly strays: readonly string[]
}

/** Looks at the namespace of every thread, again and again, while `body` runs. */
export async function watchThreads(body: () => Promise<void>): Promise<Sightings> {
  const worker = new Worker(sampler, { eval: true, workerData: readlinkSync('/proc/thread-self/ns/net') })
  const message = () => new Promise<unknown>((resolve, reject) => worker.once('message', resolve).once('error', reject))
  try {
    await message()
    await body()
    const report = message()
    worker.postMessage('stop')
    return (await report) as Sightings
  } finally {
    await worker.terminate()
  }
}
