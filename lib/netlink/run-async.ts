/** The driver behind a promise. */
import { aborted, signalOf } from './abort.js'
import { Lease } from './lease.js'
import type { Effect, Operation } from './operation.js'
import { startTask } from './task.js'
import type { Where } from './where.js'

export async function runAsync<T>(operation: Operation<T>, where: Where | undefined): Promise<T> {
  const lease = new Lease(operation.protocol, where)
  const signal = signalOf(lease.where)
  const { doing } = operation
  const perform = async (effect: Effect): Promise<unknown> => {
    if (signal?.aborted) throw aborted(signal, doing(), false)
    if ('task' in effect) return startTask(effect.task, doing)
    return (await lease.connect()).ask({ request: effect.request, doing }, signal)
  }
  try {
    const steps = operation.steps()
    let step = steps.next()
    while (!step.done) {
      step = await perform(step.value).then(
        (result) => steps.next(result),
        (error) => steps.throw(error),
      )
    }
    return step.value
  } finally {
    lease.release()
  }
}
