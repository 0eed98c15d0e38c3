import { expect, test } from 'vitest'
import { isKernelError } from '../../../lib/errors.js'
import { createMacsec, macsec } from '../../../lib/link/kinds/macsec.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'

const stage = ['link add e0 index 258 address 02:11:22:33:44:55 type veth peer name e1']
const bare = { link: 'e0' } as const
const noSci = { sendSci: false }

testKind({
  kind: macsec,
  create: createMacsec,
  stage,
  bare,
  rows: {
    sci: { value: '0266778899aa1234', ip: ['sci', '0266778899aa1234'], other: '0266778899aa1235' },
    port: { value: 4660, read: undefined, ip: ['sci', '0211223344551234'], other: 4661 },
    icvLen: { value: 12, ip: ['icv_len', 12], other: 13 },
    cipher: { value: 'gcm-aes-256', ip: ['cipher_suite', 'GCM-AES-256'], other: 'gcm-aes-xpn-128' },
    window: { value: 66051, ip: ['window', 66051], other: 66052, beside: { replay: true } },
    encodingSa: { value: 2, ip: ['encoding_sa', 2], other: 3 },
    encrypt: { value: true, ip: ['encrypt', true], other: false },
    protect: { value: false, ip: ['protect', false], other: true },
    sendSci: { value: false, ip: ['inc_sci', false], other: true },
    endStation: { value: true, ip: ['es', true], other: false, beside: noSci },
    scb: { value: true, ip: ['scb', true], other: false, beside: noSci },
    replay: {
      value: true,
      ip: ['replay_protect', true],
      other: false,
      beside: { window: 258 },
      follows: ['window'],
    },
    validate: { value: 'check', ip: ['validation', 'check'], other: 'disabled' },
    // No hardware here offloads: no other value can be had.
    offload: { value: 'off', ip: ['raw', '00'], other: 'off', since: 'Linux 6.3' },
  },
})

const on = stageOf(macsec, stage)

test.for(['gcm-aes-128', 'gcm-aes-256', 'gcm-aes-xpn-128', 'gcm-aes-xpn-256'] as const)(
  'macsec: %s',
  async (cipher, context) => {
    const { namespace, where } = await on(context)
    const { data } = await createMacsec({ name: 'kx', ...bare, cipher }, where)
    expect(data).toMatchObject({ cipher, sci: '0211223344550001' })
    const [{ linkinfo }] = (await namespace.show('link show dev kx')) as [{ linkinfo: { info_data: object } }]
    expect(linkinfo.info_data).toMatchObject({ cipher_suite: cipher.toUpperCase() })
  },
)

test('macsec: the sci is made of the address and the port', async (context) => {
  const { where } = await on(context)
  const { data } = await createMacsec({ name: 'kx', ...bare, address: '02:66:77:88:99:aa', port: 258 }, where)
  expect(data).toMatchObject({ sci: '0266778899aa0102' })
  expect(data).not.toHaveProperty('port')
})

test('macsec: what is no hardware offloads nothing', async (context) => {
  const { where } = await on(context)
  const creation = createMacsec({ name: 'kx', ...bare, offload: 'mac' }, where)
  await expect(creation).rejects.toSatisfy((error) => isKernelError(error, 'EOPNOTSUPP'))
})

test('macsec: switches that one request cannot say together stand together after two', async (context) => {
  const { where } = await on(context)
  await createMacsec({ name: 'kx', ...bare }, where)
  expect(await updateLink('kx', { endStation: true }, where)).toMatchObject({
    data: { sendSci: true, endStation: true },
  })
})
