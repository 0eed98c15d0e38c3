import { expect, test } from 'vitest'
import { isKernelError } from '../../../lib/errors.js'
import { createVti, vti } from '../../../lib/link/kinds/vti.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'

testKind({
  kind: vti,
  create: createVti,
  stage: ['link add e0 index 258 type veth peer name e1 index 772'],
  bare: { local: '10.1.2.3', remote: '10.4.5.6' },
  rows: {
    dev: { value: 'e0', read: 258, ip: ['link', 'e0'], other: 772 },
    local: { value: '10.1.2.4', ip: ['local', '10.1.2.4'], other: '10.1.2.5' },
    remote: { value: '10.4.5.7', ip: ['remote', '10.4.5.7'], other: '10.4.5.8' },
    key: { value: 66051, read: undefined, ip: ['okey', '0.1.2.3'], other: 0x1234, follows: ['iKey', 'oKey'] },
    iKey: { value: 66051, ip: ['ikey', '0.1.2.3'], other: '0.0.18.52', otherRead: 0x1234 },
    oKey: { value: '0.4.5.6', read: 0x40506, ip: ['okey', '0.4.5.6'], other: 0x1234 },
    fwmark: { value: 0x1020304, ip: ['fwmark', '0x1020304'], other: 66051 },
  },
})

const on = stageOf(vti, ['link add e0 index 258 type veth peer name e1 index 772'])

test('vti: the name and the missing ends of the fall-back device are taken', async (context) => {
  const { where } = await on(context)
  const taken = (error: unknown) => isKernelError(error, 'EEXIST')
  await expect(createVti({ name: 'ip_vti0', local: '10.1.2.3' }, where)).rejects.toSatisfy(taken)
  await expect(createVti({ name: 'kx', key: 66051 }, where)).rejects.toSatisfy(taken)
})

test('vti: a change computes the MTU anew', async (context) => {
  const { where } = await on(context)
  await createVti({ name: 'kx', local: '10.1.2.3', remote: '10.4.5.6', dev: 'e0', mtu: 1400 }, where)
  expect(await updateLink('kx', { fwmark: 5 }, where)).toMatchObject({ mtu: 1480 })
  expect(await updateLink('kx', { dev: 'e1', mtu: 1400 }, where)).toMatchObject({ mtu: 1400 })
})
