import { expect, test } from 'vitest'
import { isKernelError } from '../../../lib/errors.js'
import { createGeneve, geneve } from '../../../lib/link/kinds/geneve.js'
import { getLink } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { changeRaw } from '../../support/links.js'

const ends = { id: 66050, remote: '10.4.5.6' } as const
const v6 = { remote: '2001:db8:a:b:c:d:e:f' } as const

testKind({
  kind: geneve,
  create: createGeneve,
  bare: ends,
  rows: {
    id: { value: 66051, ip: ['id', 66051], other: 66052 },
    remote: { value: '10.4.5.7', ip: ['remote', '10.4.5.7'], other: '10.4.5.8' },
    local: { value: '10.1.2.3', ip: ['raw', '0a010203'], other: '10.1.2.4', since: 'Linux 7.2' },
    ttl: { value: 66, ip: ['ttl', 66], other: 67 },
    ttlInherit: { value: true, ip: ['raw', '01'], other: false },
    tos: { value: 0x12, ip: ['tos', '0x12'], other: 0x14 },
    df: { value: 'inherit', ip: ['df', 'inherit'], other: 'set' },
    flowLabel: { value: 0x12345, ip: ['label', '0x12345'], other: 0x12346, beside: v6 },
    dstPort: { value: 4660, ip: ['port', 4660], other: 4661 },
    srcPort: {
      value: { low: 4660, high: 22136 },
      ip: ['raw', '12345678'],
      other: { low: 4661, high: 22137 },
      since: 'Linux 6.15',
    },
    external: { value: true, ip: ['external', true], other: true, beside: { id: undefined, remote: undefined } },
    udpCsum: { value: true, ip: ['udp_csum', true], other: false },
    udp6ZeroCsumTx: { value: true, ip: ['udp_zero_csum6_tx', true], other: false, beside: v6 },
    udp6ZeroCsumRx: { value: true, ip: ['udp_zero_csum6_rx', true], other: false, beside: v6 },
    innerProtoInherit: { value: true, ip: ['inner_proto_inherit', true], other: true, since: 'Linux 5.18' },
    groHint: { value: true, ip: ['raw', ''], other: true, since: 'Linux 7.0' },
  },
})

const on = stageOf(geneve)
const refusedWith = (code: string) => (error: unknown) => isKernelError(error, code)

test('geneve: IPv6 addresses have an attribute of their own, and the family is for life', async (context) => {
  const { namespace, where } = await on(context)
  const { data } = await createGeneve({ name: 'kx', id: 1, ...v6 }, where)
  expect(data).toMatchObject({ ...v6, udp6ZeroCsumTx: false, udp6ZeroCsumRx: false })
  const [{ linkinfo }] = (await namespace.show('link show dev kx')) as [{ linkinfo: { info_data: object } }]
  expect(linkinfo.info_data).toMatchObject({ remote6: v6.remote })
  await expect(updateLink('kx', { remote: '10.4.5.6' }, where)).rejects.toSatisfy(refusedWith('EOPNOTSUPP'))
})

test('geneve: another IPv6 remote turns checksums on again', async (context) => {
  const { where } = await on(context)
  const zero = { udp6ZeroCsumTx: true, udp6ZeroCsumRx: true }
  expect((await createGeneve({ name: 'kx', id: 1, ...v6, ...zero }, where)).data).toMatchObject(zero)
  expect(await updateLink('kx', { ttl: 5 }, where)).toMatchObject({ data: { ttl: 5, ...zero } })
  const data = { remote: '2001:db8::7', udp6ZeroCsumTx: false, udp6ZeroCsumRx: false }
  expect(await updateLink('kx', { remote: data.remote }, where)).toMatchObject({ data })
})

test('geneve: a ttl turns ttlInherit off; of both the kernel takes the switch alone', async (context) => {
  const { where } = await on(context)
  const { index } = await createGeneve({ name: 'kx', ...ends, ttlInherit: true }, where)
  expect(await updateLink('kx', { ttl: 66 }, where)).toMatchObject({ data: { ttl: 66, ttlInherit: false } })
  await changeRaw(index, geneve, { ttl: 67, ttlInherit: false }, where)
  expect(await getLink('kx', where)).toMatchObject({ data: { ttl: 66, ttlInherit: false } })
})

test('geneve: nothing of an external link can be changed', async (context) => {
  const { where } = await on(context)
  await createGeneve({ name: 'kx', external: true }, where)
  await expect(updateLink('kx', { ttl: 5 }, where)).rejects.toSatisfy(refusedWith('EOPNOTSUPP'))
})

test('geneve: what is refused beside external the kernel refuses too, or takes no notice of', async (context) => {
  const { where } = await on(context)
  await createGeneve({ name: 'kx', external: true, udp6ZeroCsumRx: true }, where)
  expect(await getLink('kx', where)).toMatchObject({ data: { external: true, udp6ZeroCsumRx: true } })
  const second = createGeneve({ name: 'ky', ...ends }, where)
  await expect(second).rejects.toSatisfy(refusedWith('EPERM'))
})
