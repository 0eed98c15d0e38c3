import { describe, expect, test } from 'vitest'
import { createVlan, vlan } from '../../../lib/link/kinds/vlan.js'
import { getLink, listLinks } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { testNamespace } from '../../support/namespace.js'

const stage = ['link add e0 index 258 type veth peer name e1']
const off = { reorderHdr: false, gvrp: false, looseBinding: false, mvrp: false, bridgeBinding: false }

testKind({
  kind: vlan,
  create: createVlan,
  stage,
  bare: { link: 'e0', id: 66 },
  rows: {
    id: { value: 258, ip: ['id', 258], other: 259, change: 'ignored' },
    protocol: { value: '802.1ad', ip: ['protocol', '802.1ad'], other: '802.1Q', change: 'ignored' },
    switches: {
      value: { reorderHdr: false, gvrp: true },
      read: { ...off, gvrp: true },
      ip: ['flags', ['GVRP']],
      other: { gvrp: false, mvrp: true },
      otherRead: { ...off, mvrp: true },
    },
    ingressQosMap: {
      value: [{ from: 3, to: 66051 }],
      ip: ['ingress_qos', [{ from: 3, to: 66051 }]],
      other: [{ from: 4, to: 258 }],
      // Mappings that are not named stay.
      otherRead: [
        { from: 3, to: 66051 },
        { from: 4, to: 258 },
      ],
    },
    egressQosMap: {
      value: [{ from: 66051, to: 5 }],
      ip: ['egress_qos', [{ from: 66051, to: 5 }]],
      other: [{ from: 66051, to: 6 }],
    },
  },
})

describe('vlan', () => {
  const on = stageOf(vlan, stage)
  const bare = { name: 'kx', link: 'e0', id: 258 } as const

  test.for([
    ['reorderHdr', 'REORDER_HDR'],
    ['gvrp', 'GVRP'],
    ['looseBinding', 'LOOSE_BINDING'],
    ['mvrp', 'MVRP'],
    ['bridgeBinding', 'BRIDGE_BINDING'],
  ] as const)('each switch is the one of its name: %s', async ([name, word], context) => {
    const { namespace, where } = await on(context)
    await createVlan({ ...bare, switches: { reorderHdr: false, [name]: true } }, where)
    const [{ linkinfo }] = (await namespace.show('link show dev kx')) as [{ linkinfo: { info_data: object } }]
    expect(linkinfo.info_data).toMatchObject({ flags: [word] })
  })

  test('takes a mapping away, and leaves the switches that are not named', async (context) => {
    const { where } = await on(context)
    const maps = { ingressQosMap: [{ from: 3, to: 5 }], egressQosMap: [{ from: 258, to: 6 }] }
    await createVlan({ ...bare, ...maps, switches: { gvrp: true } }, where)
    const changes = { ingressQosMap: [{ from: 3, to: 0 }], switches: { looseBinding: true } }
    const { data } = (await updateLink('kx', changes, where)) as unknown as { data: Record<string, unknown> }
    expect(data).not.toHaveProperty('ingressQosMap')
    expect(data).toMatchObject({
      egressQosMap: maps.egressQosMap,
      switches: { ...off, reorderHdr: true, gvrp: true, looseBinding: true },
    })
  })

  test('the kernel does not tell switches that are all off', async (context) => {
    const { where } = await on(context)
    const { data } = await createVlan({ ...bare, switches: { reorderHdr: false } }, where)
    expect(data).toEqual({ id: 258, protocol: '802.1Q' })
  })

  test('is born in another namespace, on a link of this one', async (context) => {
    const { where } = await on(context)
    const other = await testNamespace()
    // A number of its own: the kernel takes its time over removing a namespace.
    const made = await createVlan({ ...bare, id: 772, netns: other.name, address: '02:11:22:33:44:55' }, where)
    expect(made).toMatchObject({ kind: 'vlan', link: 258, linkNetnsid: 0, data: { id: 772 } })
    expect((await listLinks({}, where)).map(({ name }) => name)).not.toContain('kx')
    expect((await getLink('kx', { netns: other.name })).address).toBe('02:11:22:33:44:55')
  })

  test('goes up on a link that is up, and one that cannot leaves nothing', async (context) => {
    const { namespace, where } = await on(context)
    await expect(createVlan({ ...bare, up: true }, where)).rejects.toMatchObject({ code: 'ENETDOWN' })
    await expect(getLink('kx', where)).rejects.toMatchObject({ code: 'ENODEV' })
    await expect(createVlan({ ...bare, mtu: 1501 }, where)).rejects.toMatchObject({ code: 'EINVAL' })
    await namespace.ip('link set e0 up')
    expect(await createVlan({ ...bare, up: true, mtu: 1280 }, where)).toMatchObject({ up: true, mtu: 1280 })
    const same = createVlan({ ...bare, name: 'ky' }, where)
    await expect(same).rejects.toMatchObject({ code: 'EEXIST' })
    await namespace.ip('link set e0 down')
  })
})
