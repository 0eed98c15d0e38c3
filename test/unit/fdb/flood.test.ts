import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import {
  addFloodDestination,
  deleteFloodDestination,
  type FloodDestination,
  listFloodDestinations,
} from '../../../lib/fdb/flood.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { expectSameRequest, requestFixtures, runSteps } from '../../support/requests.js'

const zero = '00:00:00:00:00:00'
const dst = '10.4.5.6'
const entry = (more: object = {}) => ({
  header: { family: 'bridge', index: 7, state: 0xc0, flags: ['self'], type: 'unicast' },
  attributes: { lladdr: zero, dst, ...more },
})
type Entry = ReturnType<typeof entry>

/** The link floods to these; `after`: once something was changed. */
function stage(before: readonly Entry[], after: readonly Entry[] = before) {
  let changed = false
  return ({ mode, memo, read, name }: Request) => {
    if (mode === 'act') changed = true
    if (memo !== undefined || mode === 'act') return undefined
    const now = (changed ? after : before).flatMap((message) => read(message as never) ?? [])
    if (mode === 'dump') return now
    if (now.length === 0) throw new KernelError('none', { code: 'ENOENT', errno: 2, request: name })
    return now.slice(0, 1)
  }
}

const unanswered = ({ mode, memo, name }: Request) => {
  if (mode !== 'get' || memo !== undefined) return undefined
  throw new KernelError('cannot', { code: 'EOPNOTSUPP', errno: 95, request: name })
}

test('the bytes are those that iproute2 sends', () => {
  const fixtures = requestFixtures('fdb')
  const unless = { 'differs: flags = "0x5", ip "0x1"': 'the last request of a send asks for an answer' }
  const op = addFloodDestination.op({ dev: 'vxlan0', dst })
  const append = fixtures.get(`bridge fdb append ${zero} dev vxlan0 dst ${dst}`)
  expectSameRequest(op, append, { unless, answer: stage([]), ours: ({ mode }) => mode === 'act' })
  const deletion = deleteFloodDestination.op({ dev: 'vxlan0', dst })
  const del = fixtures.get(`bridge fdb del ${zero} dev vxlan0 dst ${dst}`)
  expectSameRequest(deletion, del, { unless, answer: unanswered, ours: ({ mode }) => mode === 'act' })
})

describe('refused before anything changes', () => {
  test.each<[string, string, unknown]>([
    ['no link', 'dev', { dst }],
    ['no destination', 'dst', { dev: 7 }],
    ['the unspecified address', 'dst', { dev: 7, dst: '0.0.0.0' }],
  ])('%s', (_what, path, options) => {
    for (const verb of [addFloodDestination, deleteFloodDestination])
      expect(refusal(verb.op(options as FloodDestination), { answer: stage([]) })).toMatchObject({ path, changes: [] })
  })

  test('an entry that is none of these', () => {
    const other = { dev: 7, lladdr: '02:00:00:00:00:01', dst, state: 'permanent', flags: ['self'] } as const
    expect(refusal(deleteFloodDestination.op(other as never))).toMatchObject({ path: 'lladdr', changes: [] })
    expect(refusal(addFloodDestination.op({ dev: 7, dst, nhid: 5 } as never))).toMatchObject({ path: 'nhid' })
  })

  test('a port of 17 bits', () => {
    const refused = refusal(addFloodDestination.op({ dev: 7, dst, port: 65536 }), { answer: stage([]) })
    expect(refused).toMatchObject({ path: 'port' })
  })
})

describe('adding', () => {
  const modes = (options: Partial<FloodDestination>, before: readonly Entry[], after?: readonly Entry[]) =>
    runSteps(addFloodDestination.op({ dev: 7, dst, ...options }), { answer: stage(before, after) }).sent.map(
      ({ request }) => request.mode,
    )
  const exists = expect.objectContaining({ code: 'EEXIST', applied: false, request: 'RTM_NEWNEIGH' })

  test('the first, and another', () => {
    expect(modes({}, [])).toEqual(['get', 'act', 'get'])
    expect(modes({}, [entry({ dst: '10.4.5.7' })])).toEqual(['get', 'dump', 'act', 'get'])
    expect(modes({ port: 4660 }, [entry({ port: 4661 })])).toEqual(['get', 'dump', 'act', 'get'])
  })

  test('one that is there is an error, also where the kernel would say yes', () => {
    expect(() => modes({}, [entry()])).toThrow(exists)
    expect(() => modes({ port: 4660, vni: 5 }, [entry({ port: 4660, vni: 5 })])).toThrow(exists)
  })

  test('one that may be there is looked for again', () => {
    expect(modes({ port: 4789 }, [entry()], [entry(), entry({ port: 4789 })])).toEqual([
      ...['get', 'dump', 'act', 'get', 'get', 'dump'],
    ])
    expect(() => modes({ port: 4789 }, [entry()])).toThrow(exists)
  })

  test('to a link that has no such table', () => {
    expect(() => runSteps(addFloodDestination.op({ dev: 7, dst }), { answer: unanswered })).toThrow(
      expect.objectContaining({ code: 'EOPNOTSUPP', message: expect.stringContaining('is no VXLAN') }),
    )
  })
})

test('listing: those of the all-zero address, of the link and of the VNI', () => {
  const all = [
    entry(),
    entry({ dst: '10.4.5.7', srcVni: 12 }),
    entry({ lladdr: '02:00:00:00:00:01' }),
    { ...entry({ dst: '10.4.5.8' }), header: { ...entry().header, index: 8 } },
  ]
  const listed = (filter?: object) =>
    runSteps(listFloodDestinations.op(filter), { answer: stage(all) }).result.map((found) => found.dst)
  expect(listed()).toEqual([dst, '10.4.5.7', '10.4.5.8'])
  expect(listed({ dev: 7 })).toEqual([dst, '10.4.5.7'])
  expect(listed({ srcVni: 12 })).toEqual(['10.4.5.7'])
  const [first] = runSteps(listFloodDestinations.op({ dev: 7 }), { answer: stage(all) }).result
  const { sent } = runSteps(deleteFloodDestination.op(first as never), { answer: stage(all) })
  expect(sent.at(-1)?.request.mode).toBe('act')
})
