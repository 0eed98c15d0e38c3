import { describe, expect, test } from 'vitest'
import { deleteFdb, type FdbIdentity } from '../../../lib/fdb/operations.js'
import type { Request } from '../../../lib/netlink/request.js'
import { runSteps } from '../../support/requests.js'

const lladdr = '02:11:22:33:44:55'
const zero = '00:00:00:00:00:00'
const dst = 'fd00::1'
const entry = (more: object) => ({
  header: { family: 'bridge', index: 7, state: 0x42, flags: ['self'], type: 'unicast' },
  attributes: { lladdr, dst, ...more },
})

type Entry = ReturnType<typeof entry>

/** The link has these entries: the first of an address is looked up, all are listed. `after`: once something was deleted. */
function run(options: Partial<FdbIdentity>, before: readonly Entry[], after: readonly Entry[] = []) {
  let deleted = false
  const answer = ({ mode, read }: Request) => {
    if (mode === 'act') deleted = true
    const now = (deleted ? after : before).flatMap((message) => read(message as never) ?? [])
    if (mode === 'get') return now.slice(0, 1)
    return mode === 'dump' ? now : undefined
  }
  const { sent } = runSteps(deleteFdb.op({ dev: 7, lladdr, dst, ...options }), { answer })
  return sent.map(({ request }) => request.mode)
}

const absent = expect.objectContaining({ code: 'ENOENT', errno: 2, applied: false, request: 'RTM_DELNEIGH' })

describe('a destination of a unicast address', () => {
  test('that is there is deleted', () => {
    expect(run({}, [entry({})])).toEqual(['get', 'act'])
    expect(run({ dst: 'FD00:0:0::1' }, [entry({})])).toEqual(['get', 'act'])
    expect(run({ port: 4660, vni: 7, via: 9 }, [entry({ port: 4660, vni: 7, via: 9 })])).toEqual(['get', 'act'])
  })

  test.each<[string, Partial<FdbIdentity>, object]>([
    ['another address', {}, { dst: 'fd00::2' }],
    ['a port', {}, { port: 4660 }],
    ['another port', { port: 4661 }, { port: 4660 }],
    ['a VNI', {}, { vni: 7 }],
    ['another VNI', { vni: 8 }, { vni: 7 }],
    ['a link', {}, { via: 9 }],
    ['no link', { via: 9 }, {}],
    ['a next hop', {}, { dst: undefined, nhid: 7 }],
  ])('that differs by %s is not, and nothing is sent', (_what, options, there) => {
    expect(() => run(options, [entry(there)])).toThrow(absent)
  })

  test('whose port may be that of the link is deleted, and looked for again', () => {
    expect(run({ port: 4789 }, [entry({})])).toEqual(['get', 'act', 'get'])
    expect(() => run({ port: 4789 }, [entry({})], [entry({})])).toThrow(absent)
  })
})

describe('one of several destinations', () => {
  const several = [entry({ lladdr: zero, dst: 'fd00::2' }), entry({ lladdr: zero }), entry({ lladdr, dst: 'fd00::3' })]

  test('is looked for among all of them', () => {
    expect(run({ lladdr: zero }, several)).toEqual(['get', 'dump', 'act'])
    expect(() => run({ lladdr: zero, dst: 'fd00::3' }, several)).toThrow(absent)
    expect(() => run({ lladdr: zero, port: 4789 }, several, several)).toThrow(absent)
  })

  test('is not looked for where all are meant', () => {
    expect(run({ lladdr: zero, dst: undefined }, several)).toEqual(['act'])
  })
})
