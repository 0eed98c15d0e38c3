/** The blocking driver. */
import { deadlineOf, Progress } from './abort.js'
import { Lease } from './lease.js'
import type { Effect, Operation } from './operation.js'
import type { Where } from './where.js'

export function runSync<T>(operation: Operation<T>, where: Where | undefined): T {
  const lease = new Lease(operation.protocol, where, operation.placeless)
  const deadline = deadlineOf(lease.where)
  const progress = new Progress(operation.doing)
  const advance = (steps: ReturnType<typeof operation.steps>, effect: Effect) => {
    let result: unknown
    try {
      deadline.check(operation.doing)
      result = lease.performSync(effect, operation.doing)
    } catch (error) {
      return steps.throw(progress.judge(error))
    }
    progress.done(effect)
    return steps.next(result)
  }
  try {
    const steps = operation.steps()
    let step = steps.next()
    while (!step.done) step = advance(steps, step.value)
    return step.value
  } finally {
    lease.release()
  }
}
