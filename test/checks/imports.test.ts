import { describe, expect, test } from 'vitest'
import { cycles, type Edge, violation } from '../support/import-rules.js'
import { files } from '../support/source.js'
import { importsOf } from '../support/typescript.js'

const sources = files('lib', /\.ts$/)
const edges: Edge[] = sources.flatMap((from) => importsOf(from).map((found) => ({ from, ...found })))

describe('the library', () => {
  test('imports only downwards, and only what each place may', () => {
    expect(sources).not.toHaveLength(0)
    const wrong = edges.flatMap((edge) => {
      const why = violation(edge)
      return why === undefined ? [] : [`${edge.from} -> ${edge.to}: ${why}`]
    })
    expect(wrong).toEqual([])
  })

  test('has no circle of imports', () => {
    expect(cycles(edges)).toEqual([])
  })

  test('imports only files that exist', () => {
    const missing = edges.filter(({ to }) => to.startsWith('lib/') && !sources.includes(to))
    expect(missing).toEqual([])
  })
})

describe('the rules', () => {
  const judge = (from: string, to: string, typeOnly = false) => violation({ from, to, typeOnly })

  test.each([
    ['lib/codec/a.ts', 'lib/netlink/socket.ts'],
    ['lib/netlink/a.ts', 'lib/link/message.ts'],
    ['lib/link/message.ts', 'lib/link/kinds/index.ts'],
    ['lib/route/operations.ts', 'lib/link/message.ts'],
    ['lib/fdb/operations.ts', 'lib/neighbour/operations.ts'],
    ['lib/link/operations.ts', 'lib/native/addon.ts'],
    ['lib/netlink/reply.ts', 'lib/native/addon.ts'],
    ['lib/link/create.ts', 'lib/index.ts'],
    ['lib/errors.ts', 'lib/codec/a.ts'],
    ['lib/elsewhere/a.ts', 'lib/codec/a.ts'],
    ['lib/netns/netns.ts', 'node:child_process'],
    ['lib/netns/netns.ts', 'lodash'],
  ])('%s may not import %s', (from, to) => {
    expect(judge(from, to)).toBeTypeOf('string')
  })

  test.each([
    ['lib/index.ts', 'lib/link/operations.ts'],
    ['lib/link/create.ts', 'lib/link/message.ts'],
    ['lib/route/operations.ts', 'lib/link/link-ref.ts'],
    ['lib/fdb/operations.ts', 'lib/neighbour/message.ts'],
    ['lib/monitor/watch.ts', 'lib/route/message.ts'],
    ['lib/codec/a.ts', 'lib/errors.ts'],
    ['lib/netlink/socket-open.ts', 'lib/native/addon.ts'],
    ['lib/netlink/task.ts', 'lib/native/addon.ts'],
    ['lib/netns/netns.ts', 'node:path'],
  ])('%s may import %s', (from, to) => {
    expect(judge(from, to)).toBeUndefined()
  })

  test('see a circle', () => {
    const edge = (from: string, to: string): Edge => ({ from, to, typeOnly: false })
    expect(cycles([edge('a', 'b'), edge('b', 'c'), edge('c', 'b')])).toEqual([['b', 'c', 'b']])
  })

  test('see every way to import', () => {
    const text = `
      import type { A } from './a.js'
      import { type B } from './b.ts'
      export * from '../codec/c.ts'
      import './d.ts'
      const e = await import('node:child_process')
      type F = import('./f.ts').F`
    expect(importsOf('lib/link/x.ts', text)).toEqual([
      { to: 'lib/link/a.ts', typeOnly: true },
      { to: 'lib/link/b.ts', typeOnly: false },
      { to: 'lib/codec/c.ts', typeOnly: false },
      { to: 'lib/link/d.ts', typeOnly: false },
      { to: 'node:child_process', typeOnly: false },
      { to: 'lib/link/f.ts', typeOnly: true },
    ])
  })
})
