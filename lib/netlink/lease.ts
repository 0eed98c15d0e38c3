/** A connection for the time of a call: the caller's own, or one that is opened at the first need and closed after. */
import type { NativeNetns } from '../native/addon.js'
import { Connection } from './connection.js'
import { netnsError, openingTask } from './netns-ref.js'
import { openTransport, openTransportAsync } from './socket.js'
import { runTask, startTask } from './task.js'
import { checkWhere, connection, type NetnsHandle, type NetnsRef, nativeNetns, type Where } from './where.js'

/** What the kernel has to say about a request that it carried out. */
export const emitWarning = (warning: string): void => process.emitWarning(warning, 'RtnetlinkWarning')

const opening = () => 'open the network namespace'
const isOpen = (ref: NetnsRef): ref is NetnsHandle => typeof ref === 'object' && ref !== null && nativeNetns in ref

async function withNetnsAsync<T>(
  ref: NetnsRef | undefined,
  use: (netns: NativeNetns | undefined) => Promise<T>,
): Promise<T> {
  if (ref === undefined) return use(undefined)
  if (isOpen(ref)) return use(ref[nativeNetns])
  const netns = (await startTask(openingTask(ref), opening).catch((error) => {
    throw netnsError(error, ref)
  })) as NativeNetns
  return use(netns).finally(() => netns.close())
}

function openNetnsSync(ref: Exclude<NetnsRef, NetnsHandle>): NativeNetns {
  try {
    return runTask(openingTask(ref), opening) as NativeNetns
  } catch (error) {
    throw netnsError(error, ref)
  }
}

function withNetns<T>(ref: NetnsRef | undefined, use: (netns: NativeNetns | undefined) => T): T {
  if (ref === undefined) return use(undefined)
  if (isOpen(ref)) return use(ref[nativeNetns])
  const netns = openNetnsSync(ref)
  try {
    return use(netns)
  } finally {
    netns.close()
  }
}

export class Lease {
  readonly where: Where
  private own: Connection | undefined

  /** Throws InvalidArgumentError; opens nothing yet. */
  constructor(
    private readonly protocol: number,
    where: Where | undefined,
  ) {
    this.where = checkWhere(where)
  }

  async connect(): Promise<Connection> {
    const { socket, netns } = this.where
    if (socket !== undefined) return socket[connection]
    this.own ??= await withNetnsAsync(netns, async (native) => {
      return new Connection(await openTransportAsync({ protocol: this.protocol, netns: native }), emitWarning)
    })
    return this.own
  }

  connectSync(): Connection {
    const { socket, netns } = this.where
    if (socket !== undefined) return socket[connection]
    this.own ??= withNetns(
      netns,
      (native) => new Connection(openTransport({ protocol: this.protocol, netns: native }), emitWarning),
    )
    return this.own
  }

  release(): void {
    this.own?.close()
  }
}
