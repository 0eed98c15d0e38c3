import { describe, expect, test } from 'vitest'
import { flushAddresses, listAddresses } from '../../../lib/address/list.js'
import { KernelError } from '../../../lib/errors.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { runSteps } from '../../support/requests.js'

const links = { eth0: 66051 }
const raw = (address: string, index: number, flags: readonly string[] = ['permanent']) => ({
  header: { family: 'inet', prefixLength: 24, index, scope: 'global' },
  attributes: { local: address, address, flags, label: 'eth0' },
})
const kernel = [raw('10.1.2.3', 66051), raw('10.1.2.4', 66051, ['secondary']), raw('10.1.2.5', 7)]
const failing = (code: string, errno: number) => () => {
  throw new KernelError(code, { code, errno, request: 'RTM_DELADDR' })
}
const answering =
  (remove: (request: Request) => readonly unknown[] = () => []) =>
  (request: Request) => {
    if (request.name === 'RTM_DELADDR') return remove(request)
    return request.mode === 'dump' ? kernel.flatMap((one) => request.read(one as never) ?? []) : undefined
  }
const flush = (filter: object, remove?: (request: Request) => readonly unknown[]) =>
  runSteps(flushAddresses.op(filter), { links, answer: answering(remove) })

describe('flushAddresses', () => {
  test('deletes what matches, and nothing else', () => {
    const { result, sent } = flush({ dev: 'eth0' })
    expect(result.map(({ address }) => address)).toEqual(['10.1.2.3/24', '10.1.2.4/24'])
    const deleted = sent.filter(({ request }) => request.name === 'RTM_DELADDR')
    expect(deleted.map(({ request }) => request.value.header.index)).toEqual([66051, 66051])
    expect(flush({ secondary: true }).result.map(({ address }) => address)).toEqual(['10.1.2.4/24'])
    expect(flush({ permanent: false }).result).toHaveLength(1)
  })

  test('counts what went with another', () => {
    let first = true
    const remove = () => {
      if (!first) return failing('EADDRNOTAVAIL', 99)()
      first = false
      return []
    }
    expect(flush({ dev: 'eth0' }, remove).result).toHaveLength(2)
  })

  test('throws whatever else the kernel says', () => {
    expect(() => flush({ dev: 'eth0' }, failing('EPERM', 1))).toThrow(expect.objectContaining({ code: 'EPERM' }))
  })

  test('refuses a filter that says nothing', () => {
    for (const filter of [{}, { dev: undefined }])
      expect(refusal(flushAddresses.op(filter), { links })).toMatchObject({ changes: [] })
    expect(refusal(flushAddresses.op({ dev: 'eth0', targetNetnsid: 0 } as never), { links })).toMatchObject({
      path: 'targetNetnsid',
      changes: [],
    })
    expect(refusal(flushAddresses.op(undefined as never))).toMatchObject({ changes: [] })
  })
})

describe('listAddresses', () => {
  test('in another namespace looks the link up there', () => {
    const { sent } = runSteps(listAddresses.op({ dev: 'eth0', targetNetnsid: 0 }), {
      answer: ({ mode }) => (mode === 'get' ? [66067] : undefined),
    })
    expect(sent.map(({ tree }) => [tree.header, tree.attributes])).toMatchObject([
      expect.anything(),
      [{ ifa_index: 66067 }, expect.anything()],
    ])
    expect(sent.map(({ request }) => request.value.attributes.targetNetnsid)).toEqual([0, 0])
  })

  test.each<[string, object]>([
    ['family', { family: 'ipv4' }],
    ['targetNetnsid', { targetNetnsid: -1 }],
    ['targetNetnsid', { targetNetnsid: 2 ** 31 }],
    ['colour', { colour: 'red' }],
    ['to', { to: 'here' }],
  ])('refuses a %s that is none', (path, filter) => {
    expect(refusal(listAddresses.op(filter))).toMatchObject({ path, changes: [] })
  })
})
