import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import { type FdbFlushFilter, flushFdb } from '../../../lib/fdb/flush.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { runSteps } from '../../support/requests.js'

const links = { br0: 7, eth0: 8, vx0: 9 }
const mac = (n: number) => `02:00:00:00:00:0${n}`

describe('refused before anything changes', () => {
  test.each<[string, string, unknown]>([
    ['no link', 'dev', { state: 'dynamic' }],
    ['an unknown state', 'state', { dev: 'br0', state: 'stale' }],
    ['no state', 'state', { dev: 'br0', state: [] }],
    ['neither table', 'self', { dev: 'br0', self: false }],
    ['a destination in a bridge', 'dst', { dev: 'eth0', master: true, dst: '10.0.0.2' }],
    ['a next hop in a bridge', 'nhid', { dev: 'eth0', master: true, nhid: 0 }],
    ['an address of no router', 'router', { dev: 'eth0', master: true, router: false }],
    ['a VLAN of two tables, one of which has none', 'vlan', { dev: 'eth0', self: true, master: true, vlan: 7 }],
    ['a VLAN beside a destination', 'vlan', { dev: 'vx0', dst: '10.0.0.2', vlan: 7 }],
    ['VLAN 4095', 'vlan', { dev: 'br0', vlan: 4095 }],
    ['VNI 0, which would be all of them', 'vni', { dev: 'vx0', vni: 0 }],
    ['VNI 0 of those that have many', 'srcVni', { dev: 'vx0', srcVni: 0 }],
    ['port 0', 'port', { dev: 'vx0', port: 0 }],
    ['next hop 0', 'nhid', { dev: 'vx0', nhid: 0 }],
    ['the unspecified address', 'dst', { dev: 'vx0', dst: '::' }],
    ['no address', 'dst', { dev: 'vx0', dst: '10.0.0' }],
    ['a switch that is none', 'externLearn', { dev: 'br0', externLearn: 1 }],
    ['an unknown option', 'dynamic', { dev: 'br0', dynamic: true }],
  ])('%s', (_what, path, options) => {
    expect(refusal(flushFdb.op(options as FdbFlushFilter), { links })).toMatchObject({ path, changes: [] })
  })
})

test('states that one request cannot say are two', () => {
  const sent = (state: FdbFlushFilter['state']) =>
    runSteps(flushFdb.op({ dev: 'br0', state }), { links }).sent.map(({ tree }) => [
      tree.header.ndm_state,
      tree.attributes.get(16)?.[0]?.bytes,
    ])
  expect(sent(['static', 'dynamic'])).toEqual([['none', '8000']])
  expect(sent(['permanent', 'dynamic'])).toEqual([
    ['permanent', '8000'],
    ['none', 'c000'],
  ])
  expect(sent(['permanent', 'static', 'dynamic'])).toEqual([['none', undefined]])
})

test('a port of the bridge stands where a link to send through does', () => {
  const { sent } = runSteps(flushFdb.op({ dev: 'br0', brport: 'eth0' }), { links })
  expect(sent.map(({ tree }) => tree.attributes.get(8)?.[0]?.bytes)).toEqual(['08000000'])
})

test('self and master are two requests', () => {
  const { sent } = runSteps(flushFdb.op({ dev: 'vx0', self: true, master: true, externLearn: true }), { links })
  expect(sent.map(({ tree }) => tree.header.ndm_flags)).toEqual([
    ['master', 'externLearn'],
    ['self', 'externLearn'],
  ])
})

describe('a kernel that cannot', () => {
  const bits = { permanent: 0xc0, static: 0x42, dynamic: 2, stale: 4 }
  interface Listed {
    readonly dev: number
    readonly state: keyof typeof bits
    readonly flags?: readonly string[]
    readonly [attribute: string]: unknown
  }
  const message = ({ dev, state, flags = [], ...attributes }: Listed) => ({
    header: { family: 'bridge', index: dev, state: bits[state], flags, type: 'unicast' },
    attributes,
  })
  const cacheInfo = { confirmed: 0, used: 0, updated: 0, refcnt: 0 }
  const inBridge = (n: number, more: Partial<Listed> = {}) =>
    message({ dev: 8, master: 7, lladdr: mac(n), state: 'static', cacheInfo, ...more })
  const ofVxlan = (n: number, more: Partial<Listed> = {}) =>
    message({ dev: 9, lladdr: mac(n), state: 'permanent', flags: ['self'], cacheInfo, ...more })
  const listening = (dev: number) => message({ dev, lladdr: '33:33:00:00:00:01', state: 'permanent', flags: ['self'] })
  const world = [
    inBridge(1),
    inBridge(2, { dev: 7, state: 'permanent' }),
    inBridge(3, { vlan: 5, state: 'dynamic' }),
    inBridge(4, { vlan: 6, flags: ['externLearn'], state: 'stale' }),
    ofVxlan(5, { dst: '10.0.0.2' }),
    ofVxlan(6, { dst: '10.0.0.2', port: 4660, vni: 77 }),
    ofVxlan(6, { dst: '10.0.0.3', state: 'static' }),
    ofVxlan(7, { nhid: 66, srcVni: 12, flags: ['self', 'router'] }),
    listening(7),
    listening(8),
  ]
  const failure = (code: string, kernelMessage: string | undefined, name: string) =>
    new KernelError(code, { code, errno: 1, request: name, ...(kernelMessage !== undefined && { kernelMessage }) })

  /** The deletions that are sent instead: link, table, and what they say. */
  function each(
    options: FdbFlushFilter,
    code = 'EOPNOTSUPP',
    kernelMessage?: string,
    listed: readonly ReturnType<typeof message>[] = world,
  ) {
    const isBulk = ({ mode, flags }: Request) => mode === 'act' && flags !== 0
    const answer = (request: Request) => {
      if (isBulk(request)) throw failure(code, kernelMessage, request.name)
      if (request.mode === 'dump') return listed.flatMap((one) => request.read(one as never) ?? [])
      if (request.mode === 'get' && request.memo === undefined)
        throw failure(options.dev === 'eth0' && !options.master ? 'EOPNOTSUPP' : 'ENOENT', undefined, request.name)
      return undefined
    }
    const { sent } = runSteps(flushFdb.op(options), { links, answer })
    return sent
      .filter(({ request }) => request.mode === 'act' && request.flags === 0)
      .map(({ request }) => {
        const { header, attributes } = request.value as {
          header: { index: number; flags: string[] }
          attributes: Record<string, unknown>
        }
        const { lladdr, ...rest } = attributes
        const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
        return [header.index, header.flags[0], (lladdr as Uint8Array)[5], said]
      })
  }

  test('deletes one by one: all of a bridge, of a port, of a VXLAN', () => {
    expect(each({ dev: 'br0' })).toEqual([
      [8, 'master', 1, {}],
      [7, 'self', 2, {}],
      [8, 'master', 3, { vlan: 5 }],
      [8, 'master', 4, { vlan: 6 }],
    ])
    expect(each({ dev: 'eth0', master: true }).map(([, , last]) => last)).toEqual([1, 3, 4])
    expect(each({ dev: 'vx0' })).toEqual([
      [9, 'self', 5, { dst: '10.0.0.2' }],
      [9, 'self', 6, { dst: '10.0.0.2', port: 4660, vni: 77 }],
      [9, 'self', 6, { dst: '10.0.0.3' }],
      [9, 'self', 7, { srcVni: 12 }],
    ])
  })

  test.each<[FdbFlushFilter, unknown[]]>([
    [{ dev: 'br0', state: 'permanent' }, [2]],
    [{ dev: 'br0', state: 'dynamic' }, [3, 4]],
    [{ dev: 'br0', vlan: 6 }, [4]],
    [{ dev: 'br0', brport: 'br0' }, [2]],
    [{ dev: 'br0', externLearn: true }, [4]],
    [{ dev: 'vx0', state: 'static' }, [6]],
    [{ dev: 'vx0', dst: '10.0.0.3' }, [6]],
    [{ dev: 'vx0', nhid: 66 }, [7]],
    [{ dev: 'vx0', srcVni: 12 }, [7]],
    [{ dev: 'vx0', router: true }, [7]],
    [{ dev: 'vx0', router: false, state: 'permanent' }, [5, 6]],
    [{ dev: 'vx0', vni: 78 }, [5, 6]],
  ])('%o', (options, expected) => {
    expect(each(options).map(([, , last]) => last)).toEqual(expected)
  })

  test('a port or VNI that may be the link’s own is left to the kernel, which deletes no other', () => {
    expect(each({ dev: 'vx0', port: 4789 })).toEqual([
      [9, 'self', 5, { dst: '10.0.0.2', port: 4789 }],
      [9, 'self', 6, { dst: '10.0.0.3', port: 4789 }],
    ])
  })

  test('is known by what it says', () => {
    expect(each({ dev: 'br0', state: 'static' }, 'EINVAL', 'invalid address')).toHaveLength(1)
    expect(each({ dev: 'br0', state: 'static' }, 'EINVAL', 'Unknown attribute type')).toHaveLength(1)
    expect(each({ dev: 'vx0', dst: '10.0.0.3' }, 'EINVAL', 'Unsupported attribute')).toHaveLength(1)
    expect(() => each({ dev: 'vx0', vlan: 5 }, 'EINVAL', 'Unsupported attribute')).toThrow('EINVAL')
    expect(() => each({ dev: 'br0' }, 'EPERM')).toThrow('EPERM')
  })

  const refused = (why: RegExp) => expect.objectContaining({ code: 'EOPNOTSUPP', message: expect.stringMatching(why) })

  test('what it cannot tell apart is refused before anything is deleted', () => {
    expect(() => each({ dev: 'br0', addedByUser: true })).toThrow(refused(/does not tell which a user has added/))
    expect(() => each({ dev: 'eth0' })).toThrow(refused(/no table that can be flushed/))
    expect(() => each({ dev: 'br0', dst: '10.0.0.2' })).toThrow(refused(/a bridge has no destinations/))
    expect(() => each({ dev: 'vx0', vlan: 5 })).toThrow(refused(/only a bridge has VLANs/))
    const vlans = [inBridge(1), inBridge(1, { vlan: 5, state: 'permanent' })]
    expect(() => each({ dev: 'br0', state: 'static' }, 'EOPNOTSUPP', undefined, vlans)).toThrow(
      refused(/02:00:00:00:00:01 would go from VLANs too/),
    )
    expect(each({ dev: 'br0' }, 'EOPNOTSUPP', undefined, vlans)).toHaveLength(2)
  })
})
