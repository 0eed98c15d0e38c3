/** Which options a change of a link has for its port, and when they can be sent. */
import { Rejection, within } from '../codec/rejection.js'
import { encodeAttributes } from '../codec/table.js'
import { Writer } from '../codec/writer.js'
import type { Steps } from '../netlink/operation.js'
import type { NativeNetns } from '../netlink/where.js'
import type { Changes } from './changes.js'
import { fetchLink } from './get.js'
import type { PortValues } from './kind.js'
import { type Link, tableOf } from './kinds/index.js'
import { portKindOf } from './ports/index.js'
import type { AnyPortKind } from './ports/port.js'
import { resolvePort } from './set.js'

const kindName = (link: { readonly kind: string; readonly kindName?: string }): string => link.kindName ?? link.kind

/** Whether the link gets a master that it has not by now. The master's index is known when this is asked. */
export const getsMaster = (before: Link, { values, netns }: Changes): boolean =>
  typeof values.master === 'number' && (values.master !== before.master || netns !== undefined)

/** Kind of the master that the link has when its port is changed; `undefined`: none. */
function* masterKind(before: Link, wanted: Changes, target: NativeNetns | undefined): Steps<string | undefined> {
  if (getsMaster(before, wanted))
    return kindName(yield* fetchLink({ index: wanted.values.master as number }, tableOf, target))
  // A link that moves away is nobody's port there.
  if (wanted.values.master === null || wanted.netns !== undefined) return undefined
  return before.port === undefined ? undefined : kindName(before.port)
}

/** The options of the port, checked by the kind of its master; throws a Rejection where they fit none. */
export function* portValues(
  before: Link,
  wanted: Changes,
  target: NativeNetns | undefined,
): Steps<PortValues | undefined> {
  const { port } = wanted
  if (port === undefined) return undefined
  const name = yield* masterKind(before, wanted, target)
  const kind = name === undefined ? undefined : portKindOf(name)
  within('port', () => {
    if (name === undefined) throw new Rejection('nothing: the link is no port, for it has no master', port)
    if (kind === undefined) throw new Rejection(`nothing: a port of a ${name} has no options that are known here`, port)
  })
  const values = { kind: kind as AnyPortKind, values: port }
  yield* resolvePort(values, target)
  // They may go out in a second request: what does not fit is refused before the first.
  within('port', () => {
    values.kind.check?.(port)
    encodeAttributes(new Writer(true), values.kind.attributes, port)
  })
  return values
}
