import { describe, expect, test } from 'vitest'
import { createXfrm, type XfrmOptions } from '../../../../lib/link/kinds/xfrm.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { runSteps, testFixtures } from '../../../support/requests.js'

const create = (options: object) => createXfrm.op({ name: 'tun', ...options } as XfrmOptions)

describe('bytes as iproute2 sends them', () => {
  testFixtures('xfrm', {
    same: {
      'ip link add tun type xfrm if_id 66051': () => create({ ifId: 66051 }),
      'ip link add tun type xfrm if_id 0x10203': () => create({ ifId: 0x10203 }),
      'ip link add tun type xfrm dev eth0 if_id 66051': () => create({ dev: 'eth0', ifId: 66051 }),
      'ip link add tun type xfrm external': () => create({ external: true }),
    },
  })
})

test('a change says the link underneath again, which the kernel wants to hear', () => {
  const answer = existing(7, { kind: 'xfrm', name: 'tun', data: { dev: 258, ifId: 5 } })
  const act = runSteps(updateLink.op('tun', { ifId: 66051 }), { answer }).sent.find(
    ({ request }) => request.mode === 'act',
  )
  const sent = act?.tree.attributes.get(18)?.[0]?.children?.get(2)?.[0]?.children
  expect(Object.fromEntries([...(sent ?? [])].map(([number, [node]]) => [number, node?.bytes]))).toEqual({
    1: '02010000',
    2: '03020100',
  })
})

test.each([
  [{}, 'ifId', /required/],
  [{ ifId: 0 }, 'ifId', /from 1 to 4294967295/],
  [{ external: true, ifId: 5 }, 'ifId', /routes or eBPF choose/],
  [{ external: true, dev: 'eth0' }, 'dev', /routes or eBPF choose/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})
