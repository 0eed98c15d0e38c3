import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { netconfMessage } from '../../../lib/netconf/message.js'
import { getNetconf, listNetconf, type Netconf, type NetconfFilter } from '../../../lib/netconf/operations.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { capturedReplies } from '../../support/replies.js'
import { runSteps, testFixtures } from '../../support/requests.js'
import { read } from '../../support/source.js'

describe('bytes as iproute2 sends them', () => {
  testFixtures('netconf', {
    same: {
      'ip netconf show': () => listNetconf.op(),
      'ip -4 netconf show': () => listNetconf.op({ family: 'inet' }),
      'ip -6 netconf show': () => listNetconf.op({ family: 'inet6' }),
      'ip -4 netconf show dev eth0': () => getNetconf.op({ dev: 'eth0' }),
      'ip -6 netconf show dev eth0': () => getNetconf.op({ dev: 'eth0', family: 'inet6' }),
    },
  })
})

const file = JSON.parse(read('test/fixtures/replies/netconf.json'))
const links: Readonly<Record<string, number>> = file.stages.up.links

function replay(filter?: NetconfFilter): readonly Netconf[] {
  const answer = ({ mode, replyType, read }: Request) => {
    if (mode !== 'dump') return undefined
    return capturedReplies('netconf')
      .filter(({ type }) => type === replyType)
      .flatMap(({ bytes }) => {
        const message = decodePayload(netconfMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
        return read(message as never) ?? []
      })
  }
  return runSteps(listNetconf.op(filter), { links, answer }).result
}

/** As `ip -j netconf` prints it. */
function printed({ family, dev, forwarding, rpFilter, mcForwarding, proxyNeigh, ...more }: Netconf) {
  const { ignoreRoutesWithLinkdown, input } = more
  return {
    family,
    interface: Object.keys(links).find((name) => links[name] === dev) ?? dev,
    ...(forwarding !== undefined && { forwarding }),
    ...(rpFilter !== undefined && { rp_filter: rpFilter }),
    ...(mcForwarding !== undefined && { mc_forwarding: mcForwarding }),
    ...(proxyNeigh !== undefined && { proxy_neigh: proxyNeigh }),
    ...(ignoreRoutesWithLinkdown !== undefined && { ignore_routes_with_linkdown: ignoreRoutesWithLinkdown }),
    ...(input !== undefined && { input }),
  }
}

test('the listing is what ip prints of the same bytes', () => {
  const { json } = file.fixtures[0]
  expect(json.length).toBeGreaterThan(10)
  expect(replay().map(printed)).toEqual(json)
})

test('filters', () => {
  const found = (filter: NetconfFilter) => replay(filter).map(({ family, dev }) => `${family} ${dev}`)
  expect(found({ dev: 'eth1' })).toEqual([`inet ${links.eth1}`, `inet6 ${links.eth1}`])
  expect(found({ dev: 'all' })).toEqual(['inet all', 'inet6 all'])
  expect(found({ dev: 'default', family: 'inet6' })).toEqual(['inet6 default'])
  expect(found({ family: 'mpls' })).toEqual([])
})

test('what is all and what is default has a number of its own', () => {
  const asked = (dev: 'all' | 'default') => runSteps(getNetconf.op({ dev })).sent[0]?.tree.attributes.get(1)?.[0]?.bytes
  expect(asked('all')).toBe('ffffffff')
  expect(asked('default')).toBe('feffffff')
})

test('every setting has its number', () => {
  const names = [
    ...(['forwarding', 'rpFilter', 'mcForwarding', 'proxyNeigh', 'ignoreRoutesWithLinkdown'] as const),
    ...(['input', 'bcForwarding', 'forceForwarding'] as const),
  ]
  for (const [i, name] of names.entries()) {
    // Family and padding; the link; the setting, 2; another, 0.
    const words = [28, 0x0001_0008, 258, ((i + 2) << 16) | 8, 2, ((((i + 1) % 8) + 2) << 16) | 8, 0]
    const bytes = new Uint8Array(Uint32Array.from(words).buffer)
    const { attributes } = decodePayload(netconfMessage, sourceOf(bytes, true), 0, bytes.length)
    const other = names[(i + 1) % 8] as string
    const off = { ...{ [other]: false }, ...(other === 'rpFilter' && { rpFilter: 'off' }) }
    expect(attributes).toEqual({ dev: 258, [name]: name === 'rpFilter' ? 'loose' : true, ...off })
  }
})

test.each<[string, string, unknown]>([
  ['no link', 'dev', {}],
  ['link 0', 'dev', { dev: 0 }],
  ['an unknown family', 'family', { dev: 'all', family: 'bridge' }],
  ['an unknown option', 'name', { dev: 'all', name: 'eth0' }],
])('%s is refused', (_what, path, options) => {
  expect(refusal(getNetconf.op(options as never))).toMatchObject({ path })
})
