/** Hosts at ports of a bridge, each in a namespace of its own, and what they hear of each other. */
import { createSocket, type Socket } from 'node:dgram'
import { onTestFinished } from 'vitest'
import { openSocket } from '../../lib/netns/open-socket.js'
import { type TestNamespace, testNamespace, upWithoutAddress } from './namespace.js'

const PORT = 4000
/** The first datagram may be dropped while addresses are resolved. */
const AGAIN = 100

export interface Host {
  readonly namespace: TestNamespace
  /** Asks whoever has the address who it is, until it answers. */
  ask(address: string): Promise<string>
}

async function socketIn(netns: string, name: string, address: string): Promise<Socket> {
  const { fd } = await openSocket({ type: 'udp', address, port: PORT }, { netns })
  const socket = createSocket('udp4').bind({ fd })
  onTestFinished(() => void socket.close())
  socket.on('message', (message, from) => {
    if (message.toString() === 'who') socket.send(`it is ${name}`, from.port, from.address)
  })
  return socket
}

/** A host, whose link `eth0` is the other end of the port `name` of the namespace `at`. */
export async function hostAt(at: TestNamespace, name: string, address: string): Promise<Host> {
  const namespace = await testNamespace()
  await at.ip(`link add ${name} type veth peer name eth0 netns ${namespace.name}`)
  for (const line of upWithoutAddress('eth0')) await namespace.ip(line)
  await namespace.ip(`address add ${address}/24 dev eth0`)
  for (const line of upWithoutAddress(name)) await at.ip(line)
  const socket = await socketIn(namespace.name, name, address)
  return {
    namespace,
    ask: (to) =>
      new Promise((resolve) => {
        const send = () => socket.send('who', PORT, to, () => {})
        const again = setInterval(send, AGAIN)
        const hear = (message: Buffer) => {
          if (message.toString() === 'who') return
          clearInterval(again)
          socket.off('message', hear)
          resolve(message.toString())
        }
        socket.on('message', hear)
        onTestFinished(() => clearInterval(again))
        send()
      }),
  }
}
