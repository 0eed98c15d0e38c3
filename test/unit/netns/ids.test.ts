import { describe, expect, test } from 'vitest'
import { NetnsError, SystemCallError } from '../../../lib/errors.js'
import type { Request } from '../../../lib/netlink/request.js'
import { getNetnsId, listNetnsIds, type NetnsId, setNetnsId } from '../../../lib/netns/ids.js'
import { refusal } from '../../support/links.js'
import { fakeNetns, runSteps, testFixtures } from '../../support/requests.js'

/** iproute2 asks for the id of every name that it knows first, to print names beside the ids. */
const withId = ({ type, hex }: { type: string; hex: string }) => type === 'RTM_NEWNSID' || !hex.includes('08000300')
const reasons = {
  'differs: flags = "0x5", ip "0x1"': 'the last request of a send asks for an answer, also where objects are one',
  'differs: 3 = 34120000, ip 06000000': 'each process numbers its own descriptors',
}
const told: readonly NetnsId[] = [{ id: 22136 }]
const comparing = (op: ReturnType<typeof listNetnsIds.op> | ReturnType<typeof getNetnsId.op>) => ({
  op,
  theirs: withId,
  answer: () => told,
})
const setting = (id: number | 'auto') => () => ({ op: setNetnsId.op('ns0', id), answer: () => told })

describe('bytes as iproute2 sends them', () => {
  testFixtures('netns', {
    unless: reasons,
    same: {
      'ip netns set ns0 258': setting(258),
      'ip netns set ns0 auto': setting('auto'),
      'ip netns list-id': () => comparing(listNetnsIds.op()),
      'ip netns list-id nsid 4660': () => comparing(getNetnsId.op({ id: 4660 })),
      'ip netns list-id target-nsid 4660': () => comparing(listNetnsIds.op({ targetNetnsid: 4660 })),
      'ip netns list-id target-nsid 4660 nsid 22136': () =>
        comparing(getNetnsId.op({ id: 22136, targetNetnsid: 4660 })),
    },
  })
})

const message = (attributes: object) => ({ header: { family: 'unspec' }, attributes })
const reading =
  (...messages: readonly object[]) =>
  ({ read }: Request) =>
    messages.flatMap((one) => read(one as never) ?? [])

describe('setNetnsId', () => {
  test('is the id that the kernel echoes', () => {
    const { result, sent, tasks } = runSteps(setNetnsId.op('blue', 'auto'), { answer: reading(message({ id: 7 })) })
    expect(result).toBe(7)
    expect(sent.map(({ request }) => request.name)).toEqual(['RTM_NEWNSID'])
    expect(tasks.map(({ name }) => name)).toEqual(['openNetns'])
  })

  test('or that it tells afterwards', () => {
    const answer = (request: Request) => (request.mode === 'echo' ? [] : reading(message({ id: 7 }))(request))
    expect(runSteps(setNetnsId.op({ pid: 7 }, 'auto'), { answer }).result).toBe(7)
  })

  test('closes what it opened, whatever becomes of it', () => {
    let closed = 0
    const netns = { ...fakeNetns(), close: () => void closed++ }
    const failing = () => {
      throw new Error('no')
    }
    expect(() => runSteps(setNetnsId.op('blue', 5), { perform: () => netns, answer: failing })).toThrow('no')
    runSteps(getNetnsId.op({ netns: 'blue' }), { perform: () => netns, answer: () => told })
    expect(closed).toBe(2)
  })
})

describe('getNetnsId', () => {
  test('fails where there is none', () => {
    const none = { answer: reading(message({ id: -1 })) }
    expect(() => runSteps(getNetnsId.op({ netns: 'blue' }), none)).toThrow(
      "cannot get the id of network namespace 'blue': it has none here [ENOENT]",
    )
    expect(() => runSteps(getNetnsId.op({ id: 5, targetNetnsid: 7 }), none)).toThrow(
      expect.objectContaining({
        code: 'ENOENT',
        message: expect.stringMatching(/5: it has none in the namespace with id 7/),
      }),
    )
  })

  test('of a name that is not there is an error of namespaces', () => {
    const perform = () => {
      throw new SystemCallError('no', { code: 'ENOENT', errno: 2, syscall: 'open' })
    }
    expect(() => runSteps(getNetnsId.op({ netns: 'blue' }), { perform })).toThrow(NetnsError)
  })
})

test('ids come in order, each once, with what is not understood', () => {
  const unknown = [{ type: 99, data: Uint8Array.of(1) }]
  const messages = [{ id: 9, currentId: 4 }, { id: 3, currentId: -1 }, { id: 9, currentId: 5, unknown }, { id: -1 }]
  expect(runSteps(listNetnsIds.op(), { answer: reading(...messages.map(message)) }).result).toEqual([
    { id: 3 },
    { id: 9, currentId: 5, unknown },
  ])
})

test.each<[string, Parameters<typeof refusal>[0]]>([
  ['id', setNetnsId.op('blue', -1)],
  ['id', setNetnsId.op('blue', 2 ** 31)],
  ['id', setNetnsId.op('blue', 'any' as never)],
  ['id', setNetnsId.op('blue', undefined as never)],
  ['netns', setNetnsId.op('a/b', 1)],
  ['netns', getNetnsId.op({})],
  ['id', getNetnsId.op({ netns: 'blue', id: 1 })],
  ['id', getNetnsId.op({ id: 0.5 })],
  ['targetNetnsid', getNetnsId.op({ id: 5, targetNetnsid: -1 })],
  ['name', getNetnsId.op({ name: 'blue' } as never)],
  ['targetNetnsid', listNetnsIds.op({ targetNetnsid: '5' as never })],
  ['nsid', listNetnsIds.op({ nsid: 5 } as never)],
])('a %s that is none is refused', (path, operation) => {
  expect(refusal(operation)).toMatchObject({ path, changes: [] })
})
