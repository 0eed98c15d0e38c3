import { describe, expect, test } from 'vitest'
import type { BondPortChanges } from '../../../../lib/link/ports/bond.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, runSteps, testFixtures } from '../../../support/requests.js'

const answer = existing(66051, { name: 'eth0', master: 66053, port: { kind: 'bond', data: {} } })

/** Words behind `type bond_slave` → the options that say the same. */
const slave: Readonly<Record<string, BondPortChanges>> = {
  'queue_id 258': { queueId: 258 },
  'prio 66051': { prio: 66051 },
  'prio -66051': { prio: -66051 },
  'queue_id 258 prio 66051': { queueId: 258, prio: 66051 },
}

describe('bytes as iproute2 sends them', () => {
  testFixtures('bond-port', {
    same: endings('ip link set eth0 type bond_slave', slave, (port) => ({
      op: updateLink.op('eth0', { port }),
      answer,
    })),
    unless: {
      'ip alone: 18.1 = 626f6e645f736c617665':
        'a kind that no kernel has: newer ones would look for its module each time',
      'ours alone: 18.4 = 626f6e6400': 'the kind of the port where the kernel tells it, too',
    },
  })
})

test('actorPortPrio, for which iproute2 6.1 has no word', () => {
  const { sent } = runSteps(updateLink.op('eth0', { port: { actorPortPrio: 4660 } }), { answer })
  const info = sent.find(({ request }) => request.mode === 'act')?.tree.attributes.get(18)?.[0]?.children
  expect([...(info?.get(5)?.[0]?.children ?? [])]).toEqual([[10, [{ bytes: '3412' }]]])
})

test.each([
  [{ queueId: 65536 }, 'port.queueId', /from 0 to 65535/],
  [{ prio: 2 ** 31 }, 'port.prio', /from -2147483648/],
  [{ state: 'active' }, 'port.state', /only the kernel sets this/],
  [{ cost: 5 }, 'port.cost', /no such option/],
])('refuses %o before anything is sent', (port, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(updateLink.op('eth0', { port } as never), { answer })).toEqual(refused)
})
