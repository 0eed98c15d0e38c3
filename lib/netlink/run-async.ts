/** The driver behind a promise. */
import { Progress, signalOf } from './abort.js'
import { Lease } from './lease.js'
import type { Operation } from './operation.js'
import type { Where } from './where.js'

export async function runAsync<T>(operation: Operation<T>, where: Where | undefined): Promise<T> {
  const lease = new Lease(operation.protocol, where, operation.placeless)
  const signal = signalOf(lease.where)
  const progress = new Progress(operation.doing)
  try {
    const steps = operation.steps()
    let step = steps.next()
    while (!step.done) {
      const effect = step.value
      step = await lease.perform(effect, operation.doing, signal).then(
        (result) => {
          progress.done(effect)
          return steps.next(result)
        },
        (error) => steps.throw(progress.judge(error)),
      )
    }
    return step.value
  } finally {
    lease.release()
  }
}
