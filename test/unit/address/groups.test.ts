import { describe, expect, test } from 'vitest'
import { listAnycastAddresses, listMulticastAddresses } from '../../../lib/address/groups.js'
import { addressMessage } from '../../../lib/address/message.js'
import { sourceOf } from '../../../lib/codec/codec.js'
import { KernelError } from '../../../lib/errors.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { capturedReplies } from '../../support/replies.js'
import { runSteps } from '../../support/requests.js'
import { read } from '../../support/source.js'

const [fixture] = JSON.parse(read('test/fixtures/replies/maddress.json')).fixtures

const answer = ({ replyType, read }: Request) =>
  capturedReplies('maddress')
    .filter(({ type }) => type === replyType)
    .flatMap(({ bytes }) => {
      const message = decodePayload(addressMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
      return read(message as never) ?? []
    })

describe('listMulticastAddresses', () => {
  test('is what ip prints of the same bytes, but for the link-layer addresses', () => {
    const all = runSteps(listMulticastAddresses.op(), { answer }).result
    interface Printed {
      readonly ifindex: number
      readonly maddr: readonly { readonly family?: string; readonly address?: string }[]
    }
    const expected = (fixture.json as Printed[]).flatMap(({ ifindex, maddr }) =>
      maddr.flatMap(({ family, address }) => (address === undefined ? [] : [`${ifindex} ${family} ${address}`])),
    )
    expect(all.map(({ dev, family, address }) => `${dev} ${family} ${address}`).sort()).toEqual(expected.sort())
    const times = all.filter(({ created = 0, updated = 0 }) => created > 0 && updated >= created)
    expect(times).toHaveLength(all.length)
    expect(all.find(({ address }) => address === 'ff01::1')).toMatchObject({ dev: 1, family: 'inet6' })
  })

  test('filters what the kernel does not', () => {
    const of = (filter: object) => runSteps(listMulticastAddresses.op(filter), { answer }).result
    expect(of({ dev: 66051, family: 'inet' }).map(({ address }) => address)).toEqual(['224.0.0.1'])
    expect(of({ dev: 66051, family: 'inet6' })).toHaveLength(3)
    expect(of({ dev: 4242 })).toEqual([])
  })
})

test('listAnycastAddresses reads IFA_ANYCAST', () => {
  const message = { header: { family: 'inet6', index: 7, scope: 'global' }, attributes: { anycast: 'fd00::' } }
  const { result } = runSteps(listAnycastAddresses.op(), {
    answer: ({ type, read }) => (type === 62 ? [read(message as never)] : undefined),
  })
  expect(result).toEqual([{ dev: 7, family: 'inet6', address: 'fd00::', scope: 'global' }])
})

describe('a kernel that does not tell those of IPv4', () => {
  const old = ({ name, value }: Request) => {
    if (value.header.family !== 'inet') return []
    throw new KernelError('cannot list: Operation not supported', { code: 'EOPNOTSUPP', errno: 95, request: name })
  }
  test('is asked for those of IPv6 all the same', () => {
    expect(runSteps(listMulticastAddresses.op(), { answer: old }).result).toEqual([])
  })
  test('fails where they are asked for', () => {
    expect(() => runSteps(listMulticastAddresses.op({ family: 'inet' }), { answer: old })).toThrow(
      expect.objectContaining({ code: 'EOPNOTSUPP', message: expect.stringMatching(/Linux 6\.15 is the first/) }),
    )
  })
  test('is not what every failure means', () => {
    const denied = ({ name }: Request) => {
      throw new KernelError('no', { code: 'EPERM', errno: 1, request: name })
    }
    expect(() => runSteps(listMulticastAddresses.op(), { answer: denied })).toThrow(
      expect.objectContaining({ code: 'EPERM' }),
    )
  })
})

test.each<[string, Parameters<typeof refusal>[0]]>([
  ['family', listMulticastAddresses.op({ family: 'ipv6' as never })],
  ['family', listAnycastAddresses.op({ family: 'inet6' } as never)],
  ['targetNetnsid', listMulticastAddresses.op({ targetNetnsid: 1.5 })],
  ['targetNetnsid', listAnycastAddresses.op({ targetNetnsid: -1 })],
  ['scope', listMulticastAddresses.op({ scope: 'link' } as never)],
])('a %s is refused', (path, operation) => {
  expect(refusal(operation)).toMatchObject({ path })
})
