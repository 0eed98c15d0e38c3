import { expect, test } from 'vitest'
import { createSit, sit } from '../../../lib/link/kinds/sit.js'
import { getLink } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import { fouOption, loadEncapsulations, testEncapsulation } from '../../support/encapsulation.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { changeRaw } from '../../support/links.js'

const ends = { local: '10.1.2.3', remote: '10.4.5.6' }
const since = 'CONFIG_IPV6_SIT_6RD'

loadEncapsulations()
testKind({
  kind: sit,
  create: createSit,
  stage: ['link add e0 index 258 type veth peer name e1 index 772'],
  bare: ends,
  rows: {
    dev: { value: 'e0', read: 258, ip: ['link', 'e0'], other: 772 },
    local: { value: '10.1.2.4', ip: ['local', '10.1.2.4'], other: '10.1.2.5' },
    remote: { value: '10.4.5.7', ip: ['remote', '10.4.5.7'], other: '10.4.5.8' },
    ttl: { value: 66, ip: ['ttl', 66], other: 67 },
    tos: { value: 0x12, ip: ['tos', '0x12'], other: 0x14 },
    mode: { value: 'any', ip: ['proto', 'any'], other: 'ipip' },
    flags: { value: ['isatap'], ip: ['isatap', true], other: [] },
    pmtuDisc: { value: false, ip: ['pmtudisc', false], other: true },
    sixRdPrefix: {
      value: '2001:db8::/30',
      ip: ['prefix', '2001:db8::'],
      other: '2001:dba::/31',
      since,
    },
    sixRdRelayPrefix: {
      value: '10.0.0.0/8',
      ip: ['relay_prefix', '10.0.0.0'],
      other: '12.0.0.0/6',
      beside: { sixRdPrefix: '2001:db8::/33' },
      since,
    },
    encap: { value: 'fou', ip: ['encap.type', 'fou'], other: 'gue', since: fouOption },
    encapFlags: { value: ['csum', 'remCsum'], ip: ['raw', '0500'], other: ['csum6'] },
    encapSport: { value: 4660, ip: ['raw', '1234'], other: 22136 },
    encapDport: { value: 22136, ip: ['raw', '5678'], other: 4660 },
    fwmark: { value: 0x1020304, ip: ['fwmark', '0x1020304'], other: 66051 },
  },
})
testEncapsulation(sit, createSit, ends)

const on = stageOf(sit, ['link add e0 index 258 type veth peer name e1 index 772'])

test('sit: the kernel takes another mode and other flags, and keeps its own', async (context) => {
  const { where } = await on(context)
  const { index } = await createSit({ name: 'kx', ...ends, mode: 'ip6ip', flags: ['isatap'] }, where)
  await changeRaw(index, sit, { ...ends, mode: 'any', flags: [], ttl: 66 }, where)
  expect((await getLink('kx', where)) as object).toMatchObject({ data: { mode: 'ip6ip', flags: ['isatap'], ttl: 66 } })
})

test('sit: with a ttl the kernel does path MTU discovery, whatever it is told', async (context) => {
  const { where } = await on(context)
  const { index } = await createSit({ name: 'kx', ...ends, pmtuDisc: false }, where)
  await changeRaw(index, sit, { ...ends, ttl: 66, pmtuDisc: false }, where)
  expect((await getLink('kx', where)) as object).toMatchObject({ data: { ttl: 66, pmtuDisc: true } })
})

test('sit: a change that binds the link anew computes its MTU', async (context) => {
  const { where } = await on(context)
  await createSit({ name: 'kx', ...ends, dev: 'e0', mtu: 1400 }, where)
  expect(await updateLink('kx', { tos: 0x12 }, where)).toMatchObject({ mtu: 1400 })
  expect(await updateLink('kx', { fwmark: 5 }, where)).toMatchObject({ mtu: 1480 })
  expect(await updateLink('kx', { fwmark: 6, mtu: 1400 }, where)).toMatchObject({ mtu: 1400 })
})

test('sit: 6rd as ip shows it', async (context) => {
  const { namespace, where } = await on(context)
  await createSit({ name: 'kx', ...ends, sixRdPrefix: '2001:db8::/30', sixRdRelayPrefix: '10.32.0.0/11' }, where)
  const [shown] = await namespace.show('link show dev kx')
  const { info_data: data } = shown.linkinfo
  if (data.prefix === undefined) context.skip(`this kernel takes no notice of 6rd (${since})`)
  const sixRd = { prefix: '2001:db8::', prefixlen: 30, relay_prefix: '10.32.0.0', relay_prefixlen: 11 }
  expect(data).toMatchObject(sixRd)
})
