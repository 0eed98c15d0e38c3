import { describe, expect, test } from 'vitest'
import { createGeneve, type GeneveOptions } from '../../../../lib/link/kinds/geneve.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, runSteps, testFixtures } from '../../../support/requests.js'

const v4 = { id: 66051, remote: '10.4.5.6' } as const
const v6 = { id: 66051, remote: '2001:db8:a:b:c:d:e:f' } as const
const toV4 = 'id 66051 remote 10.4.5.6'
const toV6 = 'id 66051 remote 2001:db8:a:b:c:d:e:f'

/** Words behind `type geneve` → the options that say the same. */
const additions: Readonly<Record<string, object>> = {
  [toV4]: v4,
  [toV6]: v6,
  external: { external: true },
  [`noexternal ${toV4}`]: { external: false, ...v4 },
  [`${toV4} ttl 66`]: { ...v4, ttl: 66 },
  [`${toV4} ttl inherit`]: { ...v4, ttlInherit: true },
  [`${toV4} ttl auto`]: { ...v4, ttl: 0 },
  [`${toV4} tos 0x12`]: { ...v4, tos: 0x12 },
  [`${toV4} tos inherit`]: { ...v4, tos: 1 },
  [`${toV4} df set`]: { ...v4, df: 'set' },
  [`${toV4} df unset`]: { ...v4, df: 'unset' },
  [`${toV4} df inherit`]: { ...v4, df: 'inherit' },
  [`${toV6} flowlabel 0x12345`]: { ...v6, flowLabel: 0x12345 },
  [`${toV4} dstport 4660`]: { ...v4, dstPort: 4660 },
  [`${toV4} udpcsum`]: { ...v4, udpCsum: true },
  [`${toV4} noudpcsum`]: { ...v4, udpCsum: false },
  [`${toV6} udp6zerocsumtx`]: { ...v6, udp6ZeroCsumTx: true },
  [`${toV6} noudp6zerocsumtx`]: { ...v6, udp6ZeroCsumTx: false },
  [`${toV6} udp6zerocsumrx`]: { ...v6, udp6ZeroCsumRx: true },
  [`${toV6} noudp6zerocsumrx`]: { ...v6, udp6ZeroCsumRx: false },
  'external innerprotoinherit': { external: true, innerProtoInherit: true },
  'external dstport 4660': { external: true, dstPort: 4660 },
  [`${toV4} ttl 66 tos 0x12 df set dstport 4660 udpcsum`]: {
    ...v4,
    ttl: 66,
    tos: 0x12,
    df: 'set',
    dstPort: 4660,
    udpCsum: true,
  },
  [`${toV6} ttl 66 tos 0x12 dstport 4660 flowlabel 0x12345 udp6zerocsumtx udp6zerocsumrx`]: {
    ...v6,
    ttl: 66,
    tos: 0x12,
    dstPort: 4660,
    flowLabel: 0x12345,
    udp6ZeroCsumTx: true,
    udp6ZeroCsumRx: true,
  },
}

const create = (options: object) => createGeneve.op({ name: 'g0', ...options } as GeneveOptions)
const answer = existing(66051, { kind: 'geneve', name: 'eth0' })
const change = (changes: object) => updateLink.op('eth0', changes)
const sentAlways = 'iproute2 sends it with each new link, as the zero that the kernel has without it'
const saidAgain = 'iproute2 wants it said in a change; the kernel takes no other'

describe('bytes as iproute2 sends them', () => {
  testFixtures('geneve', {
    unless: {
      'ip alone: 18.2.1 = 00000000': sentAlways,
      'ip alone: 18.2.3 = 00': sentAlways,
      'ip alone: 18.2.4 = 00': sentAlways,
      'ip alone: 18.2.11 = 00000000': sentAlways,
      'ip alone: 18.2.1 = 03020100': saidAgain,
      'ip alone: 18.2.2 = 0a040506': saidAgain,
    },
    same: {
      ...endings('ip link add g0 type geneve', additions, create),
      'ip link set eth0 type geneve id 66051 remote 10.4.5.7 ttl 66': () => ({
        op: change({ remote: '10.4.5.7', ttl: 66 }),
        answer,
      }),
      'ip link set eth0 type geneve id 66051 remote 10.4.5.6 tos 0x12 df set': () => ({
        op: change({ tos: 0x12, df: 'set' }),
        answer,
      }),
    },
  })
})

describe('what iproute2 6.1 has no word for', () => {
  test.each<[object, number, string]>([
    // As iproute2 7.3 sends them.
    [{ ...v4, local: '10.1.2.3' }, 17, '0a010203'],
    [{ ...v6, local: '2001:db8:1:2:3:4:5:6' }, 18, '20010db8000100020003000400050006'],
    [{ ...v4, srcPort: { low: 4660, high: 22136 } }, 15, '12345678'],
    [{ ...v4, groHint: true }, 16, ''],
  ])('%o', (options, number, payload) => {
    const data = runSteps(create(options)).sent[0]?.tree.attributes.get(18)?.[0]?.children?.get(2)?.[0]?.children
    expect(data?.get(number)).toEqual([{ bytes: payload }])
    expect(data?.size).toBe(3)
  })
})

test.each([
  [{}, 'id', /required/],
  [{ id: 5 }, 'remote', /required/],
  [{ ...v4, id: 2 ** 24 }, 'id', /from 0 to 16777215/],
  [{ ...v4, remote: '239.1.2.3' }, 'remote', /an IPv4 address, not multicast/],
  [{ ...v4, remote: 'ff0e::5' }, 'remote', /an IPv6 address, not multicast/],
  [{ ...v4, remote: 'fe80::5' }, 'remote', /not link-local/],
  [{ ...v4, remote: 'febf::5' }, 'remote', /not link-local/],
  [{ ...v4, local: '2001:db8::1' }, 'local', /of the same family/],
  [{ ...v4, dstPort: 0 }, 'dstPort', /from 1 to 65535/],
  [{ ...v4, ttl: 5, ttlInherit: false }, 'ttlInherit', /nothing beside ttl/],
  [{ ...v4, flowLabel: 5 }, 'flowLabel', /it is of IPv6/],
  [{ ...v4, udp6ZeroCsumTx: true }, 'udp6ZeroCsumTx', /it is of IPv6/],
  [{ ...v4, udp6ZeroCsumRx: true }, 'udp6ZeroCsumRx', /it is of IPv6/],
  [{ ...v6, udpCsum: true }, 'udpCsum', /it is of IPv4/],
  [{ ...v6, flowLabel: 0x10_0000 }, 'flowLabel', /from 0 to 1048575/],
  [{ external: true, id: 0 }, 'id', /external/],
  [{ external: true, remote: '10.4.5.6' }, 'remote', /external/],
  [{ external: true, local: '10.4.5.6' }, 'local', /external/],
  [{ external: true, ttl: 5 }, 'ttl', /external/],
  [{ external: true, ttlInherit: true }, 'ttlInherit', /external/],
  [{ external: true, tos: 4 }, 'tos', /external/],
  [{ external: true, df: 'set' }, 'df', /external/],
  [{ external: true, flowLabel: 4 }, 'flowLabel', /external/],
  [{ external: true, udpCsum: true }, 'udpCsum', /external/],
  [{ external: true, udp6ZeroCsumTx: true }, 'udp6ZeroCsumTx', /external/],
  [{ external: true, udp6ZeroCsumRx: false }, 'udp6ZeroCsumRx', /external/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})

test('an address is read in all its forms before it is judged', () => {
  const remote = Uint8Array.from([0xfe, 0x80, ...Array(13).fill(0), 1])
  expect(refusal(create({ id: 5, remote }))).toMatchObject({ path: 'remote' })
  expect(refusal(create({ id: 5, remote: 'nowhere' }))).toMatchObject({
    path: 'remote',
    expected: 'an IPv4 or IPv6 address',
  })
  expect(() => refusal(create({ id: 5, remote: 'fec0::1' }))).toThrow('was not refused')
})

test.each([
  [{ id: 5 }, 'id', /cannot change it in a geneve link/],
  [{ dstPort: 5 }, 'dstPort', /cannot change it in a geneve link/],
  [{ external: true }, 'external', /cannot change it in a geneve link/],
  [{ remote: 'fe80::1' }, 'remote', /not link-local/],
  [{ remote: '10.1.2.3', flowLabel: 5 }, 'flowLabel', /it is of IPv6/],
  [{ ttl: 5, ttlInherit: true }, 'ttlInherit', /nothing beside ttl/],
])('refuses to change %o', (changes, path, expected) => {
  expect(refusal(change(changes), { answer })).toEqual({
    path,
    expected: expect.stringMatching(expected),
    changes: [],
  })
})
