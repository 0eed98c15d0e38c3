/** Which requests a change of a port takes, and which links have none. */
import { describe, expect, test } from 'vitest'
import { KernelError, SystemCallError } from '../../../lib/errors.js'
import { updateLink } from '../../../lib/link/update.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { fakeNetns, runSteps, type Sent, standIn } from '../../support/requests.js'

const BRIDGE = 66053
const eth0 = { ...standIn, index: 66051, name: 'eth0', mtu: 1500 }
const links = { br0: BRIDGE, br1: 66060, vrf0: 66061, team0: 66062 }
const masters: Readonly<Record<number, object>> = {
  [BRIDGE]: { ...standIn, index: BRIDGE, name: 'br0', kind: 'bridge' },
  66060: { ...standIn, index: 66060, name: 'br1', kind: 'bridge' },
  66061: { ...standIn, index: 66061, name: 'vrf0', kind: 'vrf' },
  66062: { ...standIn, index: 66062, name: 'team0', kind: 'other', kindName: 'team' },
}

const indexIn = (request: Request) => (request.value as { header: { index?: number } }).header.index

/** Answers for the masters, and for eth0 as it is. */
const stage = (link: object) => ({
  links,
  answer: (request: Request) => {
    if (request.mode !== 'get' || request.memo !== undefined) return undefined
    return [masters[indexIn(request) ?? 0] ?? link]
  },
})
const acts = (sent: readonly Sent[]) => sent.filter(({ request }) => request.mode === 'act')
const port = { kind: 'bridge', data: {} }

test('a port: one request', () => {
  const { sent } = runSteps(
    updateLink.op('eth0', { mtu: 1400, port: { cost: 5 } }),
    stage({ ...eth0, master: BRIDGE, port }),
  )
  expect(acts(sent).map(({ tree }) => [...tree.attributes.keys()])).toEqual([[4, 18]])
})

test('the same master again: one request', () => {
  const { sent } = runSteps(
    updateLink.op('eth0', { master: 'br0', port: { cost: 5 } }),
    stage({ ...eth0, master: BRIDGE, port }),
  )
  expect(acts(sent).map(({ tree }) => [...tree.attributes.keys()])).toEqual([[10, 18]])
})

describe('a new master: a second request behind the first', () => {
  test.each([
    ['of a link that had none', eth0],
    ['of a port of another', { ...eth0, master: 66060, port }],
    ['of a port of a bond', { ...eth0, master: 66099, port: { kind: 'bond', data: {} } }],
  ])('%s', (_, link) => {
    const { sent } = runSteps(updateLink.op('eth0', { master: 'br0', up: true, port: { cost: 5 } }), stage(link))
    const [first, second] = acts(sent)
    expect([...(first?.tree.attributes.keys() ?? [])]).toEqual([10])
    expect(second?.tree.header.ifi_index).toBe(66051)
    expect(second?.tree.header.ifi_flags).toEqual([])
    expect([...(second?.tree.attributes.keys() ?? [])]).toEqual([18])
    expect(acts(sent)).toHaveLength(2)
  })

  test('in another namespace: there', () => {
    const { sent } = runSteps(
      updateLink.op('eth0', { netns: 'blue', master: BRIDGE, port: { cost: 5 } }),
      stage({ ...eth0, master: BRIDGE, port }),
    )
    expect(acts(sent).map(({ netns }) => netns?.fd)).toEqual([undefined, fakeNetns().fd])
  })
})

describe('refused before anything is sent', () => {
  test.each([
    [{ port: { cost: 5 } }, eth0, 'port', /no port/],
    [{ master: null, port: { cost: 5 } }, { ...eth0, master: BRIDGE, port }, 'port', /no port/],
    [{ netns: 'blue', port: { cost: 5 } }, { ...eth0, master: BRIDGE, port }, 'port', /no port/],
    [{ master: 'br0', port: { cost: 0 } }, eth0, 'port.cost', /from 1 to 65535/],
    [{ master: 'vrf0', port: { table: 5 } }, eth0, 'port.table', /only the kernel/],
    [{ master: 'vrf0', port: { cost: 5 } }, eth0, 'port.cost', /no such option/],
    [{ master: 'team0', port: { cost: 5 } }, eth0, 'port', /a port of a team has no options/],
    [{ master: 'br0', port: { prio: 5 } }, eth0, 'port.prio', /no such option/],
  ])('%o', (changes, link, path, expected) => {
    expect(refusal(updateLink.op('eth0', changes as never), stage(link))).toEqual({
      path,
      expected: expect.stringMatching(expected),
      changes: [],
    })
  })
})

describe('where the second request fails', () => {
  const failing = (error: Error) => {
    let acted = 0
    const answer = (request: Request) => {
      if (request.mode === 'act') {
        acted++
        if (acted === 2) throw error
      }
      if (request.mode !== 'get' || request.memo !== undefined) return undefined
      const index = indexIn(request)
      if (index !== undefined && index in masters) return [masters[index]]
      return [
        acted === 0
          ? eth0
          : { ...eth0, mtu: 1400, master: BRIDGE, port: { kind: 'bridge', data: { cost: 2, learning: false } } },
      ]
    }
    return () =>
      runSteps(updateLink.op('eth0', { mtu: 1400, master: 'br0', port: { cost: 5, learning: false } }), {
        links,
        answer,
      })
  }

  test('the kernel refuses: what is in effect by then is told', () => {
    const error = new KernelError('cannot', { code: 'EINVAL', errno: 22, request: 'RTM_NEWLINK' })
    expect(failing(error)).toThrow(
      expect.objectContaining({ applied: 'partly', appliedOptions: ['mtu', 'master', 'port.learning'] }),
    )
  })

  test('it is not sent', () => {
    const error = new SystemCallError('cannot', { code: 'ENOBUFS', errno: 105, syscall: 'sendto' } as never)
    expect(failing(error)).toThrow(expect.objectContaining({ applied: 'partly' }))
  })
})
