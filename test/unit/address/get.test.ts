import { describe, expect, test } from 'vitest'
import { type AddressQuery, getAddress } from '../../../lib/address/get.js'
import { KernelError } from '../../../lib/errors.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { runSteps } from '../../support/requests.js'

const links = { eth0: 66051 }
const raw = (local: string, prefixLength: number, address = local, index = 66051) => ({
  header: { family: local.includes(':') ? 'inet6' : 'inet', prefixLength, index, scope: 'global' },
  attributes: { local, address, flags: [] },
})
const kernel = [
  raw('10.1.2.4', 24),
  raw('10.1.2.3', 32, '10.9.9.1'),
  raw('10.1.2.3', 32, '10.9.9.2'),
  raw('10.1.2.3', 16),
]
const get = (query: Partial<AddressQuery>, found: readonly object[] = kernel) =>
  runSteps(getAddress.op({ dev: 'eth0', ...query } as AddressQuery), {
    links,
    answer: (request: Request) =>
      request.name === 'RTM_GETADDR' ? found.flatMap((one) => request.read(one as never) ?? []) : undefined,
  })

describe('of IPv4, out of a listing of the link', () => {
  test.each<[Partial<AddressQuery>, string, string | undefined]>([
    [{ address: '10.1.2.4' }, '10.1.2.4/24', undefined],
    [{ address: '10.1.2.4/24' }, '10.1.2.4/24', undefined],
    [{ address: '10.1.2.3/16' }, '10.1.2.3/16', undefined],
    [{ address: '10.1.2.3' }, '10.1.2.3/32', '10.9.9.1/32'],
    [{ address: '10.1.2.3', peer: '10.9.9.2' }, '10.1.2.3/32', '10.9.9.2/32'],
    [{ address: '10.1.2.3', peer: '10.9.9.2/32' }, '10.1.2.3/32', '10.9.9.2/32'],
  ])('%o', (query, address, peer) => {
    const { result, sent } = get(query)
    expect(result).toMatchObject({ dev: 66051, address })
    expect(result.peer).toBe(peer)
    expect(sent.map(({ request }) => [request.name, request.mode])).toEqual([['RTM_GETADDR', 'dump']])
  })

  test.each<Partial<AddressQuery>>([
    { address: '10.1.2.4/25' },
    { address: '10.1.2.5' },
    { address: '10.1.2.3', peer: '10.9.9.3' },
    { address: '10.1.2.3', peer: '10.9.9.1/24' },
  ])('%o is none', (query) => {
    expect(() => get(query)).toThrow(expect.objectContaining({ code: 'EADDRNOTAVAIL', applied: false }))
  })
})

describe('of IPv6, by the kernel', () => {
  const found = [raw('fd00::3', 64)]
  test('the address alone is asked for', () => {
    const { sent, result } = get({ address: 'fd00::3/64' }, found)
    expect(result).toMatchObject({ address: 'fd00::3/64' })
    expect(sent.map(({ request }) => request.mode)).toEqual(['get'])
    // inet6_rtm_valid_getaddr_req wants no prefix length.
    expect(sent[0]?.tree.header).toMatchObject({ ifa_prefixlen: 0, ifa_index: 66051 })
  })

  test('with another prefix length, or from another link, it is none', () => {
    const none = expect.objectContaining({ code: 'EADDRNOTAVAIL' })
    expect(() => get({ address: 'fd00::3/65' }, found)).toThrow(none)
    expect(() => get({ address: 'fd00::3' }, [raw('fd00::3', 64, 'fd00::3', 7)])).toThrow(none)
  })

  test('what else the kernel says is thrown', () => {
    const answer = ({ name, memo }: Request) => {
      if (memo !== undefined) return undefined
      throw new KernelError('no', { code: 'EINVAL', errno: 22, request: name })
    }
    const run = () => runSteps(getAddress.op({ dev: 'eth0', address: 'fd00::3' }), { links, answer })
    expect(run).toThrow(expect.objectContaining({ code: 'EINVAL' }))
  })
})

test.each<[string, object]>([
  ['dev', { address: '10.1.2.3' }],
  ['address', { dev: 'eth0' }],
  ['address', { dev: 'eth0', address: '10.1.2' }],
  ['peer', { dev: 'eth0', address: '10.1.2.3', peer: 'fd00::1' }],
  ['targetNetnsid', { dev: 'eth0', address: '10.1.2.3', targetNetnsid: 'blue' }],
  ['label', { dev: 'eth0', address: '10.1.2.3', label: 'eth0' }],
])('%s is refused', (path, query) => {
  expect(refusal(getAddress.op(query as never), { links })).toMatchObject({ path })
})
