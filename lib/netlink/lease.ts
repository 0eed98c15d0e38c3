/** A connection for the time of a call: the caller's own, or one that is opened at the first need and closed after. */
import type { NativeNetns } from '../native/addon.js'
import { aborted } from './abort.js'
import { Connection } from './connection.js'
import { NetnsLease } from './netns-lease.js'
import type { Effect } from './operation.js'
import { openTransport, openTransportAsync } from './socket.js'
import { runTask, startTask } from './task.js'
import { checkWhere, connection, socketNetns, type Where } from './where.js'

/** What the kernel has to say about a request that it carried out. */
export const emitWarning = (warning: string): void => process.emitWarning(warning, 'RtnetlinkWarning')

export class Lease {
  readonly where: Where
  private readonly netns: NetnsLease
  private own: Connection | undefined

  /** Throws InvalidArgumentError; opens nothing yet. */
  constructor(
    private readonly protocol: number,
    where: Where | undefined,
    placeless = false,
  ) {
    this.where = checkWhere(where, placeless)
    this.netns = new NetnsLease(this.where.netns, 'where.netns')
  }

  async connect(): Promise<Connection> {
    const { socket } = this.where
    if (socket !== undefined) return socket[connection]
    this.own ??= await this.connectTo(await this.netns.open())
    return this.own
  }

  connectSync(): Connection {
    const { socket } = this.where
    if (socket !== undefined) return socket[connection]
    this.own ??= this.connectToSync(this.netns.openSync())
    return this.own
  }

  private async connectTo(netns: NativeNetns | undefined): Promise<Connection> {
    return new Connection(await openTransportAsync({ protocol: this.protocol, netns }), emitWarning)
  }

  private connectToSync(netns: NativeNetns | undefined): Connection {
    return new Connection(openTransport({ protocol: this.protocol, netns }), emitWarning)
  }

  /** Does one thing that an operation wants done. */
  async perform(effect: Effect, doing: () => string, signal: AbortSignal | undefined): Promise<unknown> {
    if (signal?.aborted) throw aborted(signal, doing(), false)
    if ('task' in effect) return startTask(effect.task, doing)
    if ('here' in effect) return this.where.socket?.[socketNetns] ?? this.netns.here()
    if ('requests' in effect)
      return (await this.connect()).askMany(
        effect.requests.map((request) => ({ request, doing })),
        signal,
      )
    const asked = { request: effect.request, doing }
    if (effect.netns === undefined) return (await this.connect()).ask(asked, signal)
    const elsewhere = await this.connectTo(effect.netns)
    return elsewhere.ask(asked, signal).finally(() => elsewhere.close())
  }

  performSync(effect: Effect, doing: () => string): unknown {
    if ('task' in effect) return runTask(effect.task, doing)
    if ('here' in effect) return this.where.socket?.[socketNetns] ?? this.netns.hereSync()
    if ('requests' in effect)
      return this.connectSync().askManySync(effect.requests.map((request) => ({ request, doing })))
    const asked = { request: effect.request, doing }
    if (effect.netns === undefined) return this.connectSync().askSync(asked)
    const elsewhere = this.connectToSync(effect.netns)
    try {
      return elsewhere.askSync(asked)
    } finally {
      elsewhere.close()
    }
  }

  release(): void {
    this.own?.close()
    this.netns.release()
  }
}
