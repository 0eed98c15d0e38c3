import { expect, test } from 'vitest'
import { listBridgedLinks, updateBridgedLink } from '../../lib/link/bridged-links.js'
import { getLink } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import { updateVf } from '../../lib/link/vf-update.js'
import { fileNamespace } from '../support/namespace.js'

const ns = fileNamespace([
  'link add br0 index 1286 type bridge',
  'link add br1 index 1287 type bridge',
  'link add pa index 258 type veth peer name pb',
  'link add qa index 772 type veth peer name qb',
  'link set pa master br0',
  'link set qa master br1',
])
const { where } = ns

test('ports, as bridge lists them and as the links tell', async () => {
  await updateLink('pa', { port: { cost: 4660, priority: 18, learning: false } }, where)
  await updateLink('qa', { port: { hairpin: true } }, where)
  const found = await listBridgedLinks({}, where)
  const listed = await ns.bridge('link show')
  const keys = ['cost', 'priority', 'learning', 'hairpin', 'guard', 'fastleave', 'flood', 'isolated'] as const
  expect(found.map(({ index, name, data, self }) => ({ index, name, self, ...pick(data, keys) }))).toEqual(
    listed.map((link) => ({ index: link.ifindex, name: link.ifname, self: false, ...pick(link, keys) })),
  )
  for (const { index, master, data } of found) {
    const link = await getLink(index, where)
    expect(master).toBe(link.master)
    // Timers run.
    const { forwardDelayTimer: _1, messageAgeTimer: _2, holdTimer: _3, ...steady } = data
    expect(link.port?.data).toMatchObject(steady)
    expect(data).not.toHaveProperty('unknown')
  }
  expect((await listBridgedLinks({ dev: 'pa' }, where)).map(({ name }) => name)).toEqual(['pa'])
  expect((await listBridgedLinks({ master: 'br1' }, where)).map(({ name }) => name)).toEqual(['qa'])
})

const pick = (from: object, keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, (from as Record<string, unknown>)[key]]))

test('no software has a driver that forwards, or virtual functions', async () => {
  const none = { code: 'EOPNOTSUPP', applied: false }
  await expect(updateBridgedLink('pa', { hwmode: 'vepa' }, where)).rejects.toMatchObject(none)
  await expect(updateBridgedLink('pa', { learning: false }, where)).rejects.toMatchObject(none)
  for (const changes of [
    { address: '02:11:22:33:44:55' },
    { vlan: 258, qos: 5, protocol: '802.1ad' },
    { maxTxRate: 5, minTxRate: 4 },
    { spoofCheck: true },
    { linkState: 'enable' },
    { rssQuery: true },
    { trust: true },
    { nodeGuid: 5n },
  ] as const)
    await expect(updateVf('pa', 3, changes, where), Object.keys(changes)[0]).rejects.toMatchObject({
      code: expect.stringMatching(/EOPNOTSUPP|EINVAL/),
      applied: false,
    })
})
