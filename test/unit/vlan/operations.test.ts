import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import type { Request } from '../../../lib/netlink/request.js'
import {
  addBridgeVlan,
  type BridgeVlanChanges,
  type BridgeVlanOptions,
  deleteBridgeVlan,
  replaceBridgeVlan,
  updateBridgeVlan,
} from '../../../lib/vlan/operations.js'
import { addBridgeVlanTunnel, deleteBridgeVlanTunnel } from '../../../lib/vlan/tunnel.js'
import type { ListedSpan } from '../../../lib/vlan/vlan.js'
import { refusal } from '../../support/links.js'
import { endings, runSteps, testFixtures } from '../../support/requests.js'

const links = { eth0: 66051, br0: 66053, vxlan0: 66054 }
const data = { dev: 66051, pvid: false, untagged: false }
const listed = (first: number, last: number, tunnel?: number): ListedSpan => ({
  span: { first, last },
  data,
  tunnel,
  statistics: undefined,
})

/** Answers what VLANs the link has. */
const having =
  (...spans: readonly ListedSpan[]) =>
  ({ mode }: Request) =>
    mode === 'dump' ? [spans] : undefined

const replace = (dev: string) => (options: Omit<BridgeVlanOptions, 'dev'>) => replaceBridgeVlan.op({ dev, ...options })
const remove = (dev: string) => (options: Omit<BridgeVlanOptions, 'dev'>) => ({
  op: deleteBridgeVlan.op({ dev, ...options }),
  answer: having(listed(1, 4094)),
})
const update = (dev: string) => (options: Omit<BridgeVlanChanges, 'dev'>) => updateBridgeVlan.op({ dev, ...options })

const tunnels = '258-260 tunnel_info id 66051-66053'

describe('bytes as iproute2 sends them', () => {
  testFixtures('vlan-filter', {
    same: {
      ...endings(
        'bridge vlan add dev eth0 vid',
        {
          '258': { vid: 258 },
          '258 pvid': { vid: '258', pvid: true },
          '258 untagged': { vid: 258, untagged: true },
          '258 pvid untagged': { vid: 258, pvid: true, untagged: true },
          '258 master': { vid: 258, master: true },
          '258 self master': { vid: 258, self: true, master: true },
          '258-513': { vid: '258-513' },
          '258-513 untagged': { vid: { first: 258, last: 513 }, untagged: true },
        },
        replace('eth0'),
      ),
      ...endings(
        'bridge vlan add dev br0 vid',
        {
          '258 self': { vid: 258, self: true },
          '258-513 untagged self': { vid: '258-513', self: true, untagged: true },
        },
        replace('br0'),
      ),
      ...endings(
        'bridge vlan del dev eth0 vid',
        { '258': { vid: 258 }, '258-513': { vid: '258-513' } },
        remove('eth0'),
      ),
      ...endings('bridge vlan del dev br0 vid', { '258 self': { vid: 258, self: true } }, remove('br0')),
      'bridge vlan add dev vxlan0 vid 258 tunnel_info id 66051': () =>
        addBridgeVlanTunnel.op({ dev: 'vxlan0', vid: 258, id: 66051 }),
      [`bridge vlan add dev vxlan0 vid ${tunnels}`]: () => ({
        op: addBridgeVlanTunnel.op({ dev: 'vxlan0', vid: '258-260', id: '66051-66053' }),
        answer: having(listed(1, 4094)),
      }),
      'bridge vlan del dev vxlan0 vid 258 tunnel_info id 66051': () => ({
        op: deleteBridgeVlanTunnel.op({ dev: 'vxlan0', vid: 258, id: 66051 }),
        answer: having(listed(258, 258, 66051)),
      }),
      [`bridge vlan del dev vxlan0 vid ${tunnels}`]: () => ({
        op: deleteBridgeVlanTunnel.op({ dev: 'vxlan0', vid: '258-260', id: '66051-66053' }),
        answer: having(listed(258, 260, 66051)),
      }),
    },
    beyond: {
      'bridge vlan del dev eth0 vid 258 pvid untagged master':
        'the identity of a VLAN has no flags in it; br_vlan_info does not look at them',
    },
  })

  testFixtures('vlan-options', {
    only: (command) => command.startsWith('bridge vlan set'),
    same: {
      ...endings(
        'bridge vlan set dev eth0 vid',
        {
          '258 state blocking': { vid: 258, state: 'blocking' },
          '258 state 0': { vid: 258, state: 'disabled' },
          '258-513 state listening': { vid: '258-513', state: 1 },
          '258 mcast_router 2': { vid: 258, mcastRouter: 2 },
          '258 mcast_router 0': { vid: 258, mcastRouter: 0 },
          '258 mcast_max_groups 66051': { vid: 258, mcastMaxGroups: 66051 },
          '258 neigh_suppress on': { vid: 258, neighSuppress: true },
          '258 neigh_suppress off': { vid: 258, neighSuppress: false },
          '258 neigh_forward_grat on': { vid: 258, neighForwardGrat: true },
          '258 neigh_forward_grat off': { vid: 258, neighForwardGrat: false },
          '258-513 state forwarding mcast_router 1 mcast_max_groups 66051 neigh_suppress on neigh_forward_grat off': {
            vid: '258-513',
            state: 'forwarding',
            mcastRouter: 1,
            mcastMaxGroups: 66051,
            neighSuppress: true,
            neighForwardGrat: false,
          },
        },
        update('eth0'),
      ),
      ...endings(
        'bridge vlan set dev br0 vid',
        { '258 state learning': { vid: 258, state: 'learning' } },
        update('br0'),
      ),
    },
  })
})

describe('where the kernel would say yes', () => {
  const attempt = (vid: string | number, ...spans: readonly ListedSpan[]) => ({
    add: () => runSteps(addBridgeVlan.op({ dev: 'eth0', vid }), { links, answer: having(...spans) }),
    remove: () => runSteps(deleteBridgeVlan.op({ dev: 'eth0', vid }), { links, answer: having(...spans) }),
  })
  const error = (code: string, message: string) => expect.objectContaining({ code, applied: false, message })

  test('a VLAN that is there is not added again', () => {
    expect(
      attempt(258)
        .add()
        .sent.map(({ request }) => request.name),
    ).toEqual(['RTM_GETVLAN', 'RTM_SETLINK'])
    expect(attempt('258-513', listed(1, 1), listed(300, 302)).add).toThrow(
      error('EEXIST', 'cannot add VLAN 300 of eth0: it exists [EEXIST]'),
    )
    expect(attempt(258, listed(1, 257), listed(259, 4094)).add().sent).toHaveLength(2)
  })

  test('a VLAN that is not there is not deleted', () => {
    expect(attempt(258).remove).toThrow(error('ENOENT', 'cannot delete VLAN 258 of eth0: there is none [ENOENT]'))
    expect(attempt('258-513', listed(1, 400), listed(402, 600)).remove).toThrow(
      error('ENOENT', 'cannot delete VLAN 401 of eth0: there is none [ENOENT]'),
    )
    expect(attempt('258-513', listed(1, 400), listed(401, 600)).remove().sent).toHaveLength(2)
  })

  test('one that was listed is deleted as it is', () => {
    const answer = having(listed(258, 513))
    for (const vid of [258, { first: 258, last: 513 }]) {
      const op = deleteBridgeVlan.op({ ...data, vid, state: 'forwarding', mcastRouter: 1, statistics: {} } as never)
      expect(runSteps(op, { answer }).sent.at(-1)?.request.name).toBe('RTM_DELLINK')
    }
  })

  test('an error in the middle says what became of the others', () => {
    const answer = ({ name }: Request) => {
      const kernelMessage = "bridge: Vlan in range doesn't exist, can't process options"
      throw new KernelError(kernelMessage, { code: 'ENOENT', errno: 2, request: name, kernelMessage, applied: false })
    }
    const op = updateBridgeVlan.op({ dev: 66051, vid: '10-20', state: 'blocking' })
    expect(() => runSteps(op, { answer })).toThrow(expect.objectContaining({ code: 'ENOENT', applied: 'partly' }))
  })
})

describe('refused before anything changes', () => {
  const base: BridgeVlanOptions = { dev: 'eth0', vid: 258 }
  test.each<[string, string, unknown]>([
    ['no link', 'dev', { vid: 258 }],
    ['a link that is none', 'dev', { ...base, dev: {} }],
    ['no VLAN', 'vid', { dev: 'eth0' }],
    ['VLAN 0', 'vid', { ...base, vid: 0 }],
    ['VLAN 4095', 'vid', { ...base, vid: 4095 }],
    ['VLANs backwards', 'vid', { ...base, vid: '20-10' }],
    ['pvid of several', 'pvid', { ...base, vid: '10-20', pvid: true }],
    ['a pvid that is none', 'pvid', { ...base, pvid: 1 }],
    ['a switch that is none', 'untagged', { ...base, untagged: 'yes' }],
    ['a self that is none', 'self', { ...base, self: 1 }],
    ['an unknown option', 'vlan', { ...base, vlan: 258 }],
    ['a state', 'state', { ...base, state: 'blocking' }],
  ])('%s', (_what, path, options) => {
    const given = options as BridgeVlanOptions
    expect(refusal(addBridgeVlan.op(given), { links, answer: having() })).toMatchObject({ path, changes: [] })
    expect(refusal(replaceBridgeVlan.op(given), { links })).toMatchObject({ path, changes: [] })
  })

  test.each<[string, string, unknown]>([
    ['nothing to change', '', {}],
    ['nothing but undefined', '', { state: undefined }],
    ['an unknown state', 'state', { state: 'BLOCKING' }],
    ['a router of 4', 'mcastRouter', { mcastRouter: 4 }],
    ['a negative limit', 'mcastMaxGroups', { mcastMaxGroups: -1 }],
    ['a switch that is none', 'neighSuppress', { neighSuppress: 1 }],
    ['what only the kernel says', 'mcastGroupCount', { mcastGroupCount: 1 }],
    ['pvid', 'pvid', { pvid: true }],
  ])('update: %s', (_what, path, changes) => {
    const op = updateBridgeVlan.op({ ...base, ...(changes as object) })
    expect(refusal(op, { links })).toMatchObject({ path, changes: [] })
  })
})
