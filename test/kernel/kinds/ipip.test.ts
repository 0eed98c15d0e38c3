import { expect, test } from 'vitest'
import { isKernelError } from '../../../lib/errors.js'
import { createIpip, ipip } from '../../../lib/link/kinds/ipip.js'
import { getLink } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import { fouOption, loadEncapsulations, testEncapsulation } from '../../support/encapsulation.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { changeRaw } from '../../support/links.js'

const ends = { local: '10.1.2.3', remote: '10.4.5.6' }

loadEncapsulations()
testKind({
  kind: ipip,
  create: createIpip,
  stage: ['link add e0 index 258 type veth peer name e1 index 772'],
  bare: ends,
  rows: {
    dev: { value: 'e0', read: 258, ip: ['link', 'e0'], other: 772 },
    local: { value: '10.1.2.4', ip: ['local', '10.1.2.4'], other: '10.1.2.5' },
    remote: { value: '10.4.5.7', ip: ['remote', '10.4.5.7'], other: '10.4.5.8' },
    ttl: { value: 66, ip: ['ttl', 66], other: 67 },
    tos: { value: 0x12, ip: ['tos', '0x12'], other: 0x14 },
    mode: { value: 'any', ip: ['proto', 'any'], other: 'mplsip' },
    pmtuDisc: { value: false, ip: ['pmtudisc', false], other: true },
    encap: { value: 'fou', ip: ['encap.type', 'fou'], other: 'gue', since: fouOption },
    encapFlags: { value: ['csum', 'remCsum'], ip: ['raw', '0500'], other: ['csum6'] },
    encapSport: { value: 4660, ip: ['raw', '1234'], other: 22136 },
    encapDport: { value: 22136, ip: ['raw', '5678'], other: 4660 },
    external: {
      value: true,
      ip: ['external', true],
      other: true,
      beside: { local: undefined, remote: undefined },
    },
    fwmark: { value: 0x1020304, ip: ['fwmark', '0x1020304'], other: 66051 },
  },
})
testEncapsulation(ipip, createIpip, ends)

const on = stageOf(ipip, ['link add e0 index 258 type veth peer name e1 index 772'])

test('ipip: the kernel takes another mode, and keeps its own', async (context) => {
  const { where } = await on(context)
  const { index } = await createIpip({ name: 'kx', ...ends, mode: 'ipip' }, where)
  await changeRaw(index, ipip, { ...ends, mode: 'mplsip', ttl: 66 }, where)
  expect((await getLink('kx', where)) as object).toMatchObject({ data: { mode: 'ipip', ttl: 66 } })
})

test('ipip: with a ttl the kernel does path MTU discovery, whatever it is told', async (context) => {
  const { where } = await on(context)
  const { index } = await createIpip({ name: 'kx', ...ends, pmtuDisc: false }, where)
  await changeRaw(index, ipip, { ...ends, ttl: 66, pmtuDisc: false }, where)
  expect((await getLink('kx', where)) as object).toMatchObject({ data: { ttl: 66, pmtuDisc: true } })
})

test('ipip: the other end comes and goes with the link', async (context) => {
  const { where } = await on(context)
  await createIpip({ name: 'kx', ...ends }, where)
  const lost = updateLink('kx', { data: { remote: '0.0.0.0' } }, where)
  await expect(lost).rejects.toSatisfy((error) => isKernelError(error, 'EINVAL'))
})

test('ipip: a link that is external stays so in a change', async (context) => {
  const { where } = await on(context)
  await createIpip({ name: 'kx', external: true }, where)
  expect(await updateLink('kx', { ttl: 66 }, where)).toMatchObject({ data: { external: true, ttl: 66 } })
})

test('ipip: a change that binds the link anew computes its MTU', async (context) => {
  const { where } = await on(context)
  await createIpip({ name: 'kx', ...ends, dev: 'e0', mtu: 1400 }, where)
  expect(await updateLink('kx', { tos: 0x12 }, where)).toMatchObject({ mtu: 1400 })
  expect(await updateLink('kx', { fwmark: 5 }, where)).toMatchObject({ mtu: 1480 })
  expect(await updateLink('kx', { fwmark: 6, mtu: 1400 }, where)).toMatchObject({ mtu: 1400 })
})
