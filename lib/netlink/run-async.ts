/** The driver behind a promise. */
import { signalOf } from './abort.js'
import { Lease } from './lease.js'
import type { Operation } from './operation.js'
import type { Where } from './where.js'

export async function runAsync<T>(operation: Operation<T>, where: Where | undefined): Promise<T> {
  const lease = new Lease(operation.protocol, where, operation.placeless)
  const signal = signalOf(lease.where)
  try {
    const steps = operation.steps()
    let step = steps.next()
    while (!step.done) {
      step = await lease.perform(step.value, operation.doing, signal).then(
        (result) => steps.next(result),
        (error) => steps.throw(error),
      )
    }
    return step.value
  } finally {
    lease.release()
  }
}
