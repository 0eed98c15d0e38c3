/** A datagram that goes there and comes back, over sockets of Node's own that live in the namespaces of both ends. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { openSocket } from '../../lib/netns/open-socket.js'

const PORT = 7
/** The first datagram may be dropped while addresses are resolved. */
const AGAIN = 100
/** Milliseconds until one that has not come does not come. */
const PATIENCE = 20_000

export interface End {
  /** As `ip netns` knows it. */
  readonly netns: string
  readonly address: string
}

async function open({ netns, address }: End): Promise<Socket> {
  const { fd } = await openSocket({ type: 'udp', address, port: PORT }, { netns })
  return createSocket(address.includes(':') ? 'udp6' : 'udp4').bind({ fd })
}

/** Resolves with the address that the question came from, as the other end saw it, once its answer is back. */
export async function echo(from: End, to: End): Promise<string> {
  const [client, server] = await Promise.all([open(from), open(to)])
  server.on('message', (_question, { address, port }) => server.send(address, port, address, () => {}))
  const ask = () => client.send('?', PORT, to.address, () => {})
  const again = setInterval(ask, AGAIN)
  try {
    const answer = once(client, 'message', { signal: AbortSignal.timeout(PATIENCE) })
    ask()
    return String((await answer)[0])
  } finally {
    clearInterval(again)
    client.close()
    server.close()
  }
}
