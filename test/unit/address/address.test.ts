import { expect, test } from 'vitest'
import { type Address, readAddress } from '../../../lib/address/address.js'
import { listAddresses } from '../../../lib/address/list.js'
import { addressMessage } from '../../../lib/address/message.js'
import { sourceOf } from '../../../lib/codec/codec.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { capturedReplies } from '../../support/replies.js'
import { runSteps } from '../../support/requests.js'
import { read } from '../../support/source.js'

const file = JSON.parse(read('test/fixtures/replies/address.json'))
const command = 'ip -d -j addr show'

const answer = ({ replyType, read }: Request) =>
  capturedReplies('address')
    .filter((message) => message.command === command && message.type === replyType)
    .flatMap(({ bytes }) => {
      const message = decodePayload(addressMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
      return read(message as never) ?? []
    })

const words: Readonly<Record<string, string>> = { noDad: 'nodad', noPrefixRoute: 'noprefixroute' }
const seconds = (lifetime: number | 'forever') => (lifetime === 'forever' ? 0xffff_ffff : lifetime)

/** As `ip -j` prints it. */
function printed({ address, peer, flags, ...rest }: Address) {
  const [local, length] = address.split('/')
  const { family, broadcast, label, scope, metric, validLft, preferredLft } = rest
  return {
    family,
    local,
    ...(peer !== undefined && { address: peer.split('/')[0] }),
    prefixlen: Number(length),
    ...(metric !== undefined && { metric }),
    ...(broadcast !== undefined && { broadcast }),
    scope,
    ...Object.fromEntries(flags.flatMap((flag) => (flag === 'permanent' ? [] : [[words[flag] ?? flag, true]]))),
    ...(!flags.includes('permanent') && { dynamic: true }),
    ...(label !== undefined && { label }),
    valid_life_time: seconds(validLft),
    preferred_life_time: seconds(preferredLft),
  }
}

test('the listing is what ip prints of the same bytes', () => {
  const all = runSteps(listAddresses.op(), { answer }).result
  const expected = file.fixtures
    .find((fixture: { command: string }) => fixture.command === command)
    .json.flatMap(({ ifindex, addr_info }: { ifindex: number; addr_info: object[] }) =>
      addr_info.map((one) => ({ ifindex, ...one })),
    )
  const byLink = (one: { ifindex: number }, other: { ifindex: number }) => one.ifindex - other.ifindex
  // ip sorts them into the links that it has listed.
  expect(all.map((one) => ({ ifindex: one.dev, ...printed(one) })).sort(byLink)).toEqual(expected.sort(byLink))
  expect(all.filter(({ family }) => family === 'inet').length).toBeGreaterThan(3)
})

test('the kernel that does not filter is not trusted', () => {
  const of = (filter: object) => runSteps(listAddresses.op(filter), { answer }).result
  expect(
    of({ dev: 66051, family: 'inet' })
      .map(({ address }) => address)
      .sort(),
  ).toEqual(['10.1.2.3/24', '10.1.2.4/28', '10.3.3.3/20', '10.8.8.8/24'])
  expect(of({ dev: 4242 })).toEqual([])
})

test('times are seconds, and what is not understood is kept', () => {
  const bytes = Buffer.from(
    // ifaddrmsg: inet6, /64, flags 0x81, scope 200, link 0x10203; IFA_FLAGS 0x80000181; IFA_CACHEINFO 5, 7, 66051, 4660;
    // IFA_TARGET_NETNSID 3; IFA_PROTO 66; attribute 99; IFA_ADDRESS
    `0a4081c8 03020100 0800080081010080 14000600050000000700000003020100 34120000 08000a0003000000
     05000b0042000000 05006300ff000000 14000100${'fd'.repeat(16)}`.replace(/\s/g, ''),
    'hex',
  )
  const message = decodePayload(addressMessage, sourceOf(Uint8Array.from(bytes), true), 0, bytes.length)
  expect(readAddress(message)).toEqual({
    dev: 66051,
    family: 'inet6',
    address: 'fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd/64',
    scope: 'site',
    // The bit that IPv4 calls secondary.
    flags: ['temporary', 'permanent', 'manageTempAddress', 0x8000_0000],
    preferredLft: 5,
    validLft: 7,
    created: 660.51,
    updated: 46.6,
    targetNetnsid: 3,
    proto: 66,
    unknown: [{ type: 99, data: Uint8Array.of(255) }],
  })
})
