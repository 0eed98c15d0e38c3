import { describe, expect, test } from 'vitest'
import { createErspan, type ErspanOptions } from '../../../../lib/link/kinds/erspan.js'
import { updateLink } from '../../../../lib/link/update.js'
import { beside4, type Refused, refusedAlways, refusedOfNew } from '../../../support/gre.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, runSteps, testFixtures } from '../../../support/requests.js'

const create = (options: object) => createErspan.op({ name: 'tun', ...options } as ErspanOptions)
const tun = existing(66053, { kind: 'erspan', name: 'tun', data: {} })

const ends = { local: '10.1.2.3', remote: '10.4.5.6' } as const
const both = { ...ends, seq: true, key: 514 }

/** Words behind the ends → the options that say the same. */
const words: Readonly<Record<string, object>> = {
  'seq key 514': both,
  'seq key 0': { ...both, key: 0 },
  'iseq okey 514': { ...ends, iSeq: true, oKey: 514 },
  'ikey 514 okey 515 oseq': { ...ends, iKey: 514, oKey: 515, oSeq: true },
  'seq key 514 erspan_ver 1 erspan 66051': { ...both, erspanVer: 1, erspanIndex: 66051 },
  'seq key 514 erspan 66051': { ...both, erspanIndex: 66051 },
  'seq key 514 erspan_ver 2 erspan_dir ingress erspan_hwid 17': {
    ...both,
    erspanVer: 2,
    erspanDir: 'ingress',
    erspanHwid: 17,
  },
  'seq key 514 erspan_ver 2 erspan_dir egress': { ...both, erspanVer: 2, erspanDir: 'egress' },
  'erspan_ver 0': { ...ends, erspanVer: 0 },
  'erspan_ver 0 csum': { ...ends, erspanVer: 0, csum: true },
  'seq key 514 ttl 66 tos 0x12 dev eth0 fwmark 0x1020304 nopmtudisc ignore-df': {
    ...both,
    ttl: 66,
    tos: 0x12,
    dev: 'eth0',
    fwmark: 0x1020304,
    pmtuDisc: false,
    ignoreDf: true,
  },
}

describe('bytes as iproute2 sends them', () => {
  testFixtures('erspan', {
    unless: {
      ...beside4,
      'ip alone: 18.2.21 = 00000000': 'the kernel has 0 without it',
      'ip alone: 18.2.23 = 00': 'the kernel has 0 without it',
      'ip alone: 18.2.24 = 0000': 'the kernel has 0 without it',
    },
    same: {
      ...endings('ip link add tun type erspan local 10.1.2.3 remote 10.4.5.6', words, create),
      'ip link add tun type erspan external': () => create({ external: true }),
    },
  })
})

test('a change of one that is external says so again, for the kernel checks it', () => {
  const data = { external: true, iSeq: false, oKey: null, erspanVer: 1, erspanIndex: 0 }
  const answer = existing(7, { kind: 'erspan', name: 'tun', data })
  const { sent } = runSteps(updateLink.op('tun', { fwmark: 6 }), { answer })
  const info = sent.find(({ request }) => request.mode === 'act')?.tree.attributes.get(18)?.[0]
  expect(info?.children?.get(2)?.[0]?.children?.get(18)).toEqual([{ bytes: '' }])
})

test.each(refusedAlways)('refuses to change %o before anything is sent', (options, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(updateLink.op('tun', options as never), { answer: tun })).toEqual(refused)
})

test.each<Refused>([
  [{ iKey: 1024 }, 'iKey', /from 0 to 1023/],
  [{ erspanVer: 3 }, 'erspanVer', /from 0 to 2/],
  [{ erspanIndex: 0x10_0000 }, 'erspanIndex', /from 0 to 1048575/],
  [{ erspanVer: 2, erspanDir: 'both' }, 'erspanDir', /'ingress', 'egress'/],
  [{ erspanVer: 2, erspanHwid: 64 }, 'erspanHwid', /from 0 to 63/],
  [{ erspanVer: 2, erspanIndex: 5 }, 'erspanIndex', /of erspanVer 1/],
  [{ erspanVer: 1, erspanDir: 'egress' }, 'erspanDir', /of erspanVer 2/],
])('refuses %o before anything is sent', (options, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(create({ iSeq: true, oKey: 5, ...options }))).toEqual(refused)
  expect(refusal(updateLink.op('tun', options as never), { answer: tun })).toEqual(refused)
})

test.each<Refused>([
  ...refusedOfNew,
  [{ local: '10.1.2.3', remote: '10.4.5.6', key: 5 }, 'seq', /required/],
  [{ local: '10.1.2.3', remote: '10.4.5.6', key: 5, oSeq: false }, 'seq', /required/],
  [{ local: '10.1.2.3', remote: '10.4.5.6', seq: true }, 'key', /required/],
  [{ local: '10.1.2.3', remote: '10.4.5.6', seq: true, iKey: null }, 'key', /required/],
  [{ local: '10.1.2.3', remote: '10.4.5.6', seq: true, key: 5, oCsum: true }, 'oCsum', /no checksum/],
  [{ local: '10.1.2.3', remote: '10.4.5.6', seq: true, key: 5, erspanHwid: 5 }, 'erspanHwid', /of erspanVer 2/],
])('refuses a new one with %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})

test('refuses to change whether it is external', () => {
  expect(refusal(updateLink.op('tun', { data: { external: true } } as never), { answer: tun })).toMatchObject({
    path: 'data.external',
    expected: expect.stringMatching(/the kernel cannot change it/),
  })
})
