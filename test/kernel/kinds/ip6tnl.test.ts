import { expect, test } from 'vitest'
import { createIp6tnl, ip6tnl } from '../../../lib/link/kinds/ip6tnl.js'
import { updateLink } from '../../../lib/link/update.js'
import { fouOption, loadEncapsulations, testEncapsulation } from '../../support/encapsulation.js'
import { stageOf, testKind } from '../../support/kind-rows.js'

const ends = { local: '2001:db8::3', remote: '2001:db8:1::4' }
const stage = ['link add e0 index 258 type veth peer name e1 index 772']

loadEncapsulations()
testKind({
  kind: ip6tnl,
  create: createIp6tnl,
  stage,
  bare: ends,
  rows: {
    dev: { value: 'e0', read: 258, ip: ['link', 'e0'], other: 772 },
    local: { value: '2001:db8::5', ip: ['local', '2001:db8::5'], other: '2001:db8::6' },
    remote: { value: '2001:db8:1::7', ip: ['remote', '2001:db8:1::7'], other: '2001:db8:1::8' },
    hopLimit: { value: 66, ip: ['ttl', 66], other: 67 },
    encapLimit: { value: 7, ip: ['encap_limit', 7], other: 'none' },
    tclass: { value: 0x12, ip: ['tclass', '0x12'], other: 'inherit', beside: { flowLabel: 0x34567 } },
    flowLabel: { value: 0x34567, ip: ['flowlabel', '0x34567'], other: 'inherit', beside: { tclass: 0x12 } },
    dscpInherit: { value: true, ip: ['ip6_tnl_f_rcv_dscp_copy', true], other: false },
    allowLocalRemote: { value: true, ip: ['ip6_tnl_f_allow_local_remote', true], other: false },
    flags: { value: ['mip6', 0x80], ip: ['ip6_tnl_f_mip6_dev', true], other: [0x80] },
    mode: { value: 'ip6ip6', ip: ['proto', 'ip6ip6'], other: 'ipip6' },
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
    fwmark: { value: 0x81020304, ip: ['fwmark', '0x81020304'], other: 'inherit' },
  },
})
testEncapsulation(ip6tnl, createIp6tnl, ends)

const on = stageOf(ip6tnl, stage)

test('ip6tnl: each flag is the one that ip shows under its name', async (context) => {
  const { namespace, where } = await on(context)
  const off = {
    encapLimit: 7,
    tclass: 0x12,
    flowLabel: 0x34567,
    fwmark: 5,
    dscpInherit: false,
    allowLocalRemote: false,
  }
  await createIp6tnl({ name: 'kx', ...ends, ...off }, where)
  const cases = [
    [{ encapLimit: 'none' }, 'ip6_tnl_f_ign_encap_limit'],
    [{ tclass: 'inherit' }, 'ip6_tnl_f_use_orig_tclass'],
    [{ flowLabel: 'inherit' }, 'ip6_tnl_f_use_orig_flowlabel'],
    [{ fwmark: 'inherit' }, 'ip6_tnl_f_use_orig_fwmark'],
    [{ dscpInherit: true }, 'ip6_tnl_f_rcv_dscp_copy'],
    [{ allowLocalRemote: true }, 'ip6_tnl_f_allow_local_remote'],
    [{ flags: ['mip6'] }, 'ip6_tnl_f_mip6_dev'],
  ] as const
  for (const [changes, shown] of cases) {
    await updateLink('kx', { data: { ...off, flags: [], ...changes } }, where)
    const [{ linkinfo }] = (await namespace.show('link show dev kx')) as [{ linkinfo: { info_data: object } }]
    expect(Object.keys(linkinfo.info_data).filter((key) => key.startsWith('ip6_tnl_f'))).toEqual([shown])
  }
})

test('ip6tnl: a link that is external stays so in a change', async (context) => {
  const { where } = await on(context)
  await createIp6tnl({ name: 'kx', external: true }, where)
  expect(await updateLink('kx', { hopLimit: 66 }, where)).toMatchObject({ data: { external: true, hopLimit: 66 } })
})

test('ip6tnl: a change computes the MTU anew', async (context) => {
  const { where } = await on(context)
  await createIp6tnl({ name: 'kx', ...ends, dev: 'e0', mtu: 1400 }, where)
  expect(await updateLink('kx', { hopLimit: 66 }, where)).toMatchObject({ mtu: 1452 })
  expect(await updateLink('kx', { hopLimit: 67, mtu: 1400 }, where)).toMatchObject({ mtu: 1400 })
})
