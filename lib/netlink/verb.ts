/** How a call is defined once and offered in three forms. */
import { InvalidArgumentError } from '../errors.js'
import type { Operation, Steps } from './operation.js'
import { runAsync } from './run-async.js'
import { runSync } from './run-sync.js'
import type { Where } from './where.js'
import { invalidArgument } from './window.js'

/** A call in its three forms; the doc comment of the call serves all of them. */
export interface Verb<Args extends unknown[], T> {
  (...args: [...Args, where?: Where | undefined]): Promise<T>
  /** The same, blocking: two system calls on this thread, and the kernel's work inside the first. */
  sync(...args: [...Args, where?: Where | undefined]): T
  /** The same as an item for {@link batch}: nothing is done yet. */
  op(...args: Args): Operation<T>
}

/** A description that holds whatever was passed: it is made for an error about just that. */
function describe<Args extends unknown[]>(doing: (...args: Args) => string, args: Args): () => string {
  return () => {
    try {
      return doing(...args)
    } catch {
      return 'do what was asked'
    }
  }
}

/**
 * Defines a call. `body` takes as many arguments as it declares; none may have a default value, or they are miscounted.
 */
export function defineVerb<Args extends unknown[], T>(
  protocol: number,
  doing: (...args: Args) => string,
  body: (...args: Args) => Steps<T>,
  rules: { readonly placeless?: boolean } = {},
): Verb<Args, T> {
  const arity = body.length
  const op = (...args: Args): Operation<T> => {
    const described = describe(doing, args)
    return {
      protocol,
      doing: described,
      placeless: rules.placeless,
      *steps() {
        try {
          if (args.length > arity) throw new InvalidArgumentError('', `at most ${arity} arguments`, args.length)
          return yield* body(...args)
        } catch (error) {
          throw invalidArgument(error, described)
        }
      },
    }
  }
  const split = (args: unknown[]): [Operation<T>, Where | undefined] => {
    const own = args.length > arity ? [...args.slice(0, arity), ...args.slice(arity + 1)] : args
    return [op(...(own as Args)), args[arity] as Where | undefined]
  }
  const verb = async (...args: unknown[]) => runAsync(...split(args))
  return Object.assign(verb, { op, sync: (...args: unknown[]) => runSync(...split(args)) }) as Verb<Args, T>
}
