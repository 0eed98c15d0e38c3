/** A change of netem: the kernel takes what its structure leaves out for nothing, so all is sent. */
import type { Values } from '../kind.js'

/** What only counts beside another: it goes with it. (Those that the kernel keeps by itself stay there, and count for nothing.) */
const beside = {
  loss: ['ecn', 'lossCorrelation'],
  reorder: ['gap', 'reorderCorrelation'],
  rate: ['packetOverhead', 'cellSize', 'cellOverhead'],
} as const

export function complete(now: Values, changes: Values): Values {
  // The random sequence goes on from the seed that the kernel has.
  const { seed: _seed, unknown: _unknown, ...known } = now
  const whole: Record<string, unknown> = { ...known }
  if (changes.loss !== undefined || changes.lossCorrelation !== undefined) delete whole.lossModel
  if (changes.lossModel !== undefined || whole.lossModel !== undefined) {
    delete whole.loss
    delete whole.lossCorrelation
  }
  const result = { ...whole, ...changes }
  for (const [name, others] of Object.entries(beside))
    if (result[name] === 0) for (const other of others) if (changes[other] === undefined) delete result[other]
  return result
}
