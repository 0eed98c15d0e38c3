/** Turns the kernel's refusal into an error that names the caller's option. */
import { joinPath } from '../codec/rejection.js'
import type { Rows } from '../codec/table.js'
import type { Owner, Writer } from '../codec/writer.js'
import { KernelError } from '../errors.js'
import { errnoName, errnoSentence } from './errno.js'
import { type Answer, policyBounds } from './extended-ack.js'
import type { Request } from './request.js'

/** The attribute that an answer points at, outermost owner first: the refused one, or the one that is missing. */
function accused(request: Request, writer: Writer, messageStart: number, { extended }: Answer): readonly Owner[] {
  if (extended.offset !== undefined) return writer.ownersAt(messageStart + extended.offset)
  if (extended.missingType === undefined) return []
  const nest = extended.missingNest === undefined ? [] : writer.ownersAt(messageStart + extended.missingNest)
  // Only the message's own table is known here; an attribute that a nest lacks is named by its nest.
  const rows = Object.entries(request.format.attributes.rows as Rows)
  const found =
    nest.length > 0
      ? undefined
      : rows.find(([, row]) => row.attributes.some(({ number }) => number === extended.missingType))
  const constant = found?.[1].attributes.find(({ number }) => number === extended.missingType)?.constant
  return found === undefined ? nest : [{ name: found[0], constant: constant ?? '' }]
}

export function kernelError(
  request: Request,
  writer: Writer,
  messageStart: number,
  answer: Answer,
  doing: string,
): KernelError {
  const { errno, extended } = answer
  const owners = accused(request, writer, messageStart, answer)
  const culprit = owners.at(-1)
  const missing = extended.offset === undefined && extended.missingType !== undefined ? 'missing ' : ''
  const where = culprit === undefined ? '' : ` (${missing}${culprit.name}: ${culprit.constant})`
  return new KernelError(`cannot ${doing}: ${extended.message ?? errnoSentence(errno)}${where} [${errnoName(errno)}]`, {
    code: errnoName(errno),
    errno,
    request: request.name,
    kernelMessage: extended.message,
    attribute: culprit === undefined ? undefined : joinPath(owners.map(({ name }) => name)),
    constant: culprit?.constant,
    policy: policyBounds(extended.policy),
  })
}
