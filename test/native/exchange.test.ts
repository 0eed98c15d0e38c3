import { describe, expect, test } from 'vitest'
import type { NativeReply, NativeSocket } from '../../lib/native/addon.js'
import {
  getLoopback,
  getNothing,
  linkDump,
  type Message,
  message,
  messages,
  NETLINK_FIB_LOOKUP,
  NLM_F_ACK,
  NLMSG_DONE,
  NLMSG_ERROR,
  newNetns,
  openSocket,
  outcomes,
  RTM_NEWLINK,
  replied,
  run,
  submit,
  thrown,
  unanswered,
} from './support.js'

const ENODEV = 19
const rx = new Uint8Array(1 << 20)

/** Both forms, made alike. */
const forms: [string, (socket: NativeSocket, tx: Uint8Array, timeout?: number) => Promise<NativeReply>][] = [
  ['submit', submit],
  [
    'exchange',
    async (socket, tx, timeout = 5000) => {
      const result = socket.exchange(tx, rx, timeout)
      if (typeof result !== 'number') return result
      const chunks = [rx.slice(0, result)]
      return { chunks, sent: true, complete: true, overrun: false, truncated: 0, error: undefined }
    },
  ],
]
const plain = { sent: true, complete: true, overrun: false, truncated: 0, error: undefined }

/** Enough links that a dump has several datagrams. */
async function populatedNetns(pairs = 60) {
  const netns = newNetns()
  const commands = Array.from({ length: pairs }, (_, index) => `link add a${index} type veth peer name b${index}\n`)
  const child = run('nsenter', [`--net=/proc/${process.pid}/fd/${netns.fd}`, 'ip', '-batch', '-'])
  child.child.stdin?.end(commands.join(''))
  await child
  return netns
}

const indexes = (list: Message[]) =>
  list.filter(({ type }) => type === RTM_NEWLINK).map(({ payload }) => payload.readInt32LE(4))

describe.each(forms)('%s', (_form, exchange) => {
  test('gets the answer and the acknowledgement of one request', async () => {
    const socket = openSocket()
    const reply = await exchange(socket, getLoopback(7))
    expect(reply).toMatchObject(plain)
    const list = replied(reply)
    expect(list.map(({ type, sequence, port }) => [type, sequence, port])).toEqual([
      [RTM_NEWLINK, 7, socket.portId],
      [NLMSG_ERROR, 7, socket.portId],
    ])
    expect(list[1]!.payload.readInt32LE(0)).toBe(0)
  })

  test('an error of the kernel is a complete reply', async () => {
    const reply = await exchange(openSocket(), getNothing(8))
    expect(reply).toMatchObject(plain)
    expect(outcomes(replied(reply))).toEqual([[8, -ENODEV]])
  })

  test('a dump is complete with NLMSG_DONE, over many datagrams', async () => {
    const socket = openSocket({ netns: await populatedNetns() })
    const reply = await exchange(socket, linkDump(9))
    expect(reply).toMatchObject(plain)
    const list = replied(reply)
    expect(new Set(indexes(list)).size).toBe(121)
    expect(list.at(-1)).toMatchObject({ type: NLMSG_DONE, sequence: 9 })
  })

  test('of many requests in one send, each that asks is waited for and the rest report errors only', async () => {
    const tx = Buffer.concat([
      getNothing(1, 0),
      getLoopback(2),
      getNothing(3, 0),
      linkDump(4),
      getNothing(5),
      getLoopback(6),
    ])
    const reply = await exchange(openSocket({ netns: newNetns() }), tx)
    expect(reply).toMatchObject(plain)
    // The dump goes on while it is read, after all that was answered at once.
    expect(outcomes(replied(reply)).sort()).toEqual([
      [1, -ENODEV],
      [2, 0],
      [3, -ENODEV],
      [4, 0],
      [5, -ENODEV],
      [6, 0],
    ])
  })

  test('when no request asks, the errors are still read', async () => {
    const socket = openSocket()
    const reply = await exchange(socket, Buffer.concat([getNothing(1, 0), getNothing(2, 0)]))
    expect(reply).toMatchObject(plain)
    expect(outcomes(replied(reply))).toEqual([
      [1, -ENODEV],
      [2, -ENODEV],
    ])
    expect(outcomes(replied(await exchange(socket, getLoopback(3))))).toEqual([[3, 0]])
  })

  test('sequence numbers are unsigned and may wrap', async () => {
    const tx = Buffer.concat([getNothing(0xffffffff), getNothing(1)])
    expect(outcomes(replied(await exchange(openSocket(), tx)))).toEqual([
      [0xffffffff, -ENODEV],
      [1, -ENODEV],
    ])
  })

  test('request bytes need not be aligned', async () => {
    const shifted = new Uint8Array(33)
    shifted.set(getLoopback(5), 1)
    expect(await exchange(openSocket(), shifted.subarray(1))).toMatchObject(plain)
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['less than a header', Buffer.alloc(15)],
    ['a length below the header', Buffer.from('0c00000012000500010000000000000000', 'hex')],
    ['a length beyond the end', getLoopback(1).subarray(0, 28)],
    ['a negative length', Buffer.from('1000008012000500010000000000000000000000', 'hex')],
    ['a bad message behind a good one', Buffer.concat([getLoopback(1), Buffer.alloc(16)])],
    ['a tail', Buffer.concat([getLoopback(1), Buffer.alloc(3)])],
  ])('%s is not sent', async (_what, tx) => {
    const socket = openSocket()
    const reply = await exchange(socket, tx)
    expect(reply).toMatchObject({ sent: false, complete: false, chunks: [] })
    expect(reply.error).toMatchObject({ code: 'EINVAL', syscall: 'sendto' })
    expect(await exchange(socket, getLoopback(2))).toMatchObject(plain)
  })

  test('what the kernel will not take is an error of sendto, and not sent', async () => {
    const socket = openSocket()
    const huge = Buffer.concat(Array.from({ length: 200_000 }, (_, index) => getLoopback(index + 1)))
    const reply = await exchange(socket, huge)
    expect(reply).toMatchObject({ sent: false, complete: false })
    expect(reply.error).toMatchObject({ code: 'EMSGSIZE', syscall: 'sendto' })
  })

  test('a datagram that does not fit is reported with its true length, and fits the next time', async () => {
    const socket = openSocket({ receiveSize: 512, netns: newNetns() })
    const reply = await exchange(socket, linkDump(1))
    expect(reply).toMatchObject({ sent: true, overrun: false, error: undefined })
    expect(reply.truncated).toBeGreaterThan(512)
    let again = await exchange(socket, linkDump(2))
    // Having grown, a receive makes the kernel build larger datagrams; that converges.
    for (let sequence = 3; again.truncated !== 0 && sequence < 10; sequence++) {
      again = await exchange(socket, linkDump(sequence))
    }
    expect(again).toMatchObject(plain)
    expect(indexes(replied(again))).toContain(1)
  })

  test('after a truncated datagram the rest of the reply is still read, so nothing of it is left behind', async () => {
    const socket = openSocket({ receiveSize: 512, netns: newNetns() })
    const tx = Buffer.concat([getNothing(1), getLoopback(2), getNothing(3)])
    const reply = await exchange(socket, tx)
    expect(reply.truncated).toBeGreaterThan(512)
    expect(outcomes(replied(reply))).toEqual([
      [1, -ENODEV],
      [2, 0],
      [3, -ENODEV],
    ])
    expect(outcomes(replied(await exchange(socket, getNothing(4))))).toEqual([[4, -ENODEV]])
  })

  test('lost answers are an overrun; what was queued is delivered, and the socket is well afterwards', async () => {
    const socket = openSocket({ receiveBuffer: 0 })
    const tx = Buffer.concat(Array.from({ length: 500 }, (_, index) => getNothing(index + 1)))
    // Waiting for what is lost would be for ever.
    const reply = await exchange(socket, tx, Number.POSITIVE_INFINITY)
    expect(reply).toMatchObject({ sent: true, complete: false, overrun: true, error: undefined })
    const known = outcomes(replied(reply))
    expect(known.length).toBeGreaterThan(0)
    expect(known.length).toBeLessThan(500)
    expect(known).toEqual(known.map((_, index) => [index + 1, -ENODEV]))
    expect(await exchange(socket, getNothing(1000))).toMatchObject(plain)
  })

  test('a reply that never comes ends with the timeout', async () => {
    const socket = openSocket({ protocol: NETLINK_FIB_LOOKUP })
    const reply = await exchange(socket, unanswered(1), 20)
    expect(reply).toEqual({
      chunks: [],
      sent: true,
      complete: false,
      overrun: false,
      truncated: 0,
      error: undefined,
    })
  })

  test('messages of other processes are consumed and counted, whatever they claim', async () => {
    const socket = openSocket({ receiveBuffer: 4 << 20 })
    const forge = `
import socket, struct, sys
port, count = int(sys.argv[1]), int(sys.argv[2])
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
def message(length, kind, seq, payload): return struct.pack('=IHHII', length, kind, 0, seq, port) + payload
forged = [
  message(36, 2, 1, struct.pack('=i', 0) + bytes(16)),  # acknowledged
  message(20, 3, 1, bytes(4)),                          # done
  message(0x80000010, 2, 1, bytes(20)),
  message(0, 2, 1, b''),
  b'x',
  bytes(65536),
]
for i in range(count): s.sendto(forged[i % len(forged)], (port, 0))
`
    await run('python3', ['-c', forge, String(socket.portId), '60'])
    const reply = await exchange(socket, getNothing(1))
    expect(reply).toMatchObject(plain)
    expect(outcomes(replied(reply))).toEqual([[1, -ENODEV]])
    expect(socket.foreignMessages).toBe(60)
  })
})

describe('exchange', () => {
  test('falls over to chunks when the answer outgrows rx, and rx is the first of them', async () => {
    const socket = openSocket({ netns: await populatedNetns() })
    const whole = messages(rx.slice(0, socket.exchange(linkDump(1), rx, 1000) as number))
    for (const size of [0, 100, 65536, 100_000]) {
      const reply = socket.exchange(linkDump(1), new Uint8Array(size), 1000)
      expect(reply).toMatchObject(plain)
      const list = replied(reply as NativeReply)
      expect(indexes(list)).toEqual(indexes(whole))
      expect(list.at(-1)!.type).toBe(NLMSG_DONE)
    }
  })

  test('takes its turn behind what was submitted', async () => {
    const socket = openSocket()
    const order: string[] = []
    const pending = Array.from({ length: 50 }, (_, i) =>
      submit(socket, getLoopback(i + 1)).then(() => order.push('submitted')),
    )
    // Its answer is its own, and what was submitted is delivered when the event loop turns.
    expect(typeof socket.exchange(getLoopback(60), rx, 1000)).toBe('number')
    order.push('blocking')
    await Promise.all(pending)
    expect(order).toEqual(['blocking', ...pending.map(() => 'submitted')])
  })

  test('refuses arguments of the wrong type', () => {
    const socket = openSocket()
    expect(thrown(() => socket.exchange('x' as never, rx, 1))).toBeInstanceOf(TypeError)
    expect(thrown(() => socket.exchange(getLoopback(1), new Uint16Array(8) as never, 1))).toBeInstanceOf(TypeError)
    expect(thrown(() => socket.submit(getLoopback(1), 1, undefined as never))).toBeInstanceOf(Error)
    expect(typeof socket.exchange(getLoopback(2), rx, 1000)).toBe('number')
  })
})

describe('submit', () => {
  test('copies the request, so that its memory may be used again at once', async () => {
    const tx = getNothing(5)
    const reply = submit(openSocket(), tx)
    tx.fill(0)
    expect(outcomes(replied(await reply))).toEqual([[5, -ENODEV]])
  })

  test('serves one socket first in, first out', async () => {
    const socket = openSocket()
    const order: number[] = []
    await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const reply = await submit(socket, index % 3 === 0 ? linkDump(index + 1) : getNothing(index + 1))
        expect(replied(reply).every(({ sequence }) => sequence === index + 1)).toBe(true)
        order.push(index)
      }),
    )
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  test('sockets do not wait for each other', async () => {
    const stuck = openSocket({ protocol: NETLINK_FIB_LOOKUP })
    stuck.submit(unanswered(1), Number.POSITIVE_INFINITY, () => {})
    expect(await submit(openSocket(), getLoopback(1))).toMatchObject(plain)
  })

  test('more sockets than threads all get their turn', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => submit(openSocket(), linkDump(1))))
    expect(replies.every(({ complete }) => complete)).toBe(true)
  })

  test('microtasks run between one callback and the next', async () => {
    const socket = openSocket()
    const order: string[] = []
    await new Promise((resolve) => {
      for (let index = 1; index <= 50; index++) {
        socket.submit(getLoopback(index), 1000, () => {
          order.push(`callback ${index}`)
          Promise.resolve().then(() => order.push(`microtask ${index}`))
          if (index === 50) setImmediate(resolve)
        })
      }
    })
    expect(order).toEqual(
      Array.from({ length: 50 }, (_, index) => [`callback ${index + 1}`, `microtask ${index + 1}`]).flat(),
    )
  })

  test('a callback may submit, exchange and close', async () => {
    const socket = openSocket()
    const first = await submit(socket, getLoopback(1))
    expect(first).toMatchObject(plain)
    await new Promise<void>((resolve) => {
      socket.submit(getLoopback(2), 1000, () => {
        expect(typeof socket.exchange(getLoopback(3), rx, 1000)).toBe('number')
        socket.submit(getLoopback(4), 1000, () => {
          socket.close()
          resolve()
        })
      })
    })
    expect(socket.closed).toBe(true)
  })
})

test.each(forms)('%s takes an echo, whose sender bears the groups that it went to as well', async (_name, ask) => {
  const RTM_NEWADDR = 20
  const NLM_F_ECHO = 8
  // ifaddrmsg: 10.9.8.7/32 on lo; IFA_LOCAL.
  const address = Buffer.from([2, 32, 0, 0, 1, 0, 0, 0, 8, 0, 2, 0, 10, 9, 8, 7])
  const socket = openSocket({ netns: newNetns() })
  const reply = await ask(socket, message(RTM_NEWADDR, NLM_F_ECHO | NLM_F_ACK, 1, address))
  expect(replied(reply).map(({ type }) => type)).toEqual([RTM_NEWADDR, NLMSG_ERROR])
  expect(socket.foreignMessages).toBe(0)
})
