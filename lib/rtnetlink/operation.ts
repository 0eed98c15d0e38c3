/** Calls and batches over NETLINK_ROUTE. */
import { defineBatch } from '../netlink/batch.js'
import { NETLINK_ROUTE } from '../netlink/constants.js'
import type { Steps } from '../netlink/operation.js'
import { defineVerb, type Verb } from '../netlink/verb.js'

/** Defines a call; see {@link defineVerb}. `doing` says what it does, for errors: `add address 10.0.0.1/24 to eth0`. */
export function verb<Args extends unknown[], T>(
  doing: (...args: Args) => string,
  body: (...args: Args) => Steps<T>,
  rules?: { readonly placeless?: boolean },
): Verb<Args, T> {
  return defineVerb(NETLINK_ROUTE, doing, body, rules)
}

/**
 * Runs many operations over one socket, packing many requests into each send.
 *
 * It keeps their order, looks each `dev` up once, and gives one outcome an item. It is not a transaction: what succeeded
 * before a failure stays. Takes an iterable or async iterable of any length; only the outcomes are kept.
 *
 * Throws {@link InvalidArgumentError} for what is no operation; what an item throws is its outcome.
 *
 * @example
 * const outcomes = await batch(entries.map((entry) => addFdb.op(entry)), { netns: 'blue' })
 * const failed = outcomes.filter((outcome) => !outcome.ok)
 */
export const batch = defineBatch(NETLINK_ROUTE)
