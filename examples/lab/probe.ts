/** Proof by packets: datagrams between all endpoints, over sockets of Node's own that live in the endpoints' namespaces. */
import { createSocket, type Socket } from 'node:dgram'
import type { Endpoint } from './container.js'

const PORT = 4000
/** The first datagram of a path may be dropped while addresses are resolved. */
const AGAIN = 100

export interface Path {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly works: boolean
}

/** The socket is made in the namespace by the library and adopted by Node; no thread of JavaScript ever goes there. */
async function open({ node, vrf }: Endpoint): Promise<Socket> {
  const { fd } = await node.netns.openSocket({ type: 'udp', address: '0.0.0.0', port: PORT, bindToDevice: vrf })
  // Adopting a descriptor is immediate: there is no 'listening' to wait for.
  const socket = createSocket('udp4').bind({ fd })
  // A question is sent back as an answer; an answer is heard below.
  socket.on('message', (message, { address, port }) => {
    const [kind, text] = message.toString().split(' ')
    if (kind === 'ask') socket.send(`answer ${text}`, port, address)
  })
  return socket
}

async function probe(socket: Socket, { address }: Endpoint, deadline: number): Promise<boolean> {
  const answered = new Promise<boolean>((resolve) => {
    socket.on('message', (message, from) => {
      if (from.address === address && message.toString() === `answer ${address}`) resolve(true)
    })
    setTimeout(resolve, deadline, false).unref()
  })
  // An error (no route) is not the end: the way may be being built.
  const ask = () => socket.send(`ask ${address}`, PORT, address, () => {})
  ask()
  const again = setInterval(ask, AGAIN)
  return answered.finally(() => clearInterval(again))
}

/** Every endpoint asks every other and waits for the answer. */
export async function probeAll(endpoints: readonly Endpoint[], deadline = 5000): Promise<Path[]> {
  const sockets = await Promise.all(endpoints.map(open))
  try {
    return await Promise.all(
      endpoints.flatMap((from, i) =>
        endpoints
          .filter((to) => to !== from)
          .map(async (to) => ({ from, to, works: await probe(sockets[i] as Socket, to, deadline) })),
      ),
    )
  } finally {
    for (const socket of sockets) socket.close()
  }
}
