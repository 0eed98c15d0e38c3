import { describe, expect, test } from 'vitest'
import { createNetkit, type NetkitOptions } from '../../../../lib/link/kinds/netkit.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { runSteps } from '../../../support/requests.js'

const create = (options: Partial<NetkitOptions>) => createNetkit.op({ name: 'nk0', ...options })
const peer = '00000000000000000000000000000000'

/** iproute2 6.1 does not know the kind. These are what 7.3 sends in IFLA_INFO_DATA, by number; the last it has no words for. */
describe('bytes as iproute2 sends them', () => {
  test.each<[string, Partial<NetkitOptions>, Readonly<Record<number, string>>]>([
    ['mode l2', { mode: 'l2' }, { 5: '00000000' }],
    ['mode l3', { mode: 'l3' }, { 5: '01000000' }],
    ['blackhole', { policy: 'blackhole' }, { 3: '02000000' }],
    ['forward', { policy: 'forward' }, { 3: '00000000' }],
    ['scrub none', { scrub: 'none' }, { 6: '00000000' }],
    ['peer blackhole', { peerPolicy: 'blackhole' }, { 4: '02000000' }],
    ['peer scrub none', { peerScrub: 'none' }, { 7: '00000000' }],
    ['peer name nk1', { peer: { name: 'nk1' } }, { 1: `${peer}080003006e6b3100` }],
    [
      'blackhole scrub default peer blackhole scrub none name nk1',
      { policy: 'blackhole', scrub: 'default', peerPolicy: 'blackhole', peerScrub: 'none', peer: { name: 'nk1' } },
      { 3: '02000000', 6: '01000000', 4: '02000000', 7: '00000000', 1: `${peer}080003006e6b3100` },
    ],
    [
      'mode l2 peer address 02:11:22:33:44:55 name nk1',
      { mode: 'l2', peer: { address: '02:11:22:33:44:55', name: 'nk1' } },
      { 5: '00000000', 1: `${peer}0a0001000211223344550000080003006e6b3100` },
    ],
    ['(headroom, tailroom)', { headroom: 4660, tailroom: 22136 }, { 8: '3412', 9: '7856' }],
    ['(pairing)', { pairing: 'single' }, { 10: '01000000' }],
  ])('%s', (_words, options, expected) => {
    const [sent] = runSteps(create(options)).sent
    const info = Buffer.from(sent?.bytes ?? []).toString('hex')
    for (const payload of Object.values(expected)) expect(info).toContain(payload)
    const data = sent?.tree.attributes.get(18)?.[0]?.children?.get(2)?.[0]?.children
    expect([...(data?.keys() ?? [])].sort()).toEqual(Object.keys(expected).map(Number).sort())
    for (const [number, payload] of Object.entries(expected))
      if (number !== '1') expect(data?.get(Number(number))).toEqual([{ bytes: payload }])
  })
})

const address = '02:11:22:33:44:55'
const noPeer = /there is no other end/

test.each([
  [{ peer: 'nk1' }, 'peer', /the options of the other end/],
  [{ peer: { index: 7 } }, 'peer.index', /nothing without this end's index/],
  [{ peer: { up: true } }, 'peer.up', /no such option/],
  [{ address }, 'address', /only with mode 'l2'/],
  [{ mode: 'l3', address }, 'address', /only with mode 'l2'/],
  [{ mode: 1, peer: { address } }, 'peer.address', /only with mode 'l2'/],
  [{ policy: 'drop' }, 'policy', /'forward', 'blackhole'/],
  [{ peerScrub: 'all' }, 'peerScrub', /'none', 'default'/],
  [{ headroom: 65536 }, 'headroom', /from 0 to 65535/],
  [{ pairing: 'single', peer: { name: 'nk1' } }, 'peer', noPeer],
  [{ pairing: 1, peerPolicy: 'forward' }, 'peerPolicy', noPeer],
  [{ pairing: 'single', peerScrub: 'none' }, 'peerScrub', noPeer],
  [{ pairing: 'single', policy: 'blackhole' }, 'policy', /beside pairing 'single'/],
  [{ pairing: 'single', policy: 'nope' }, 'policy', /'forward', 'blackhole'/],
  [{ primary: true }, 'primary', /only the kernel sets this/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options as never))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})

test.each([
  { mode: 0, address },
  { mode: 'l2', peer: { address } },
  { pairing: 'single', policy: 'forward' },
])('takes %o', (options) => {
  expect(() => refusal(create(options as never))).toThrow('was not refused')
})

test.each(['mode', 'scrub', 'peerScrub', 'headroom', 'tailroom', 'pairing', 'peer'])('%s is for life', (name) => {
  const answer = existing(7, { kind: 'netkit', name: 'nk0' })
  expect(refusal(updateLink.op('nk0', { data: { [name]: 0 } } as never), { answer })).toEqual({
    path: `data.${name}`,
    expected: expect.stringMatching(/cannot change it in a netkit link/),
    changes: [],
  })
})
