import { expect, test } from 'vitest'
import { isKernelError } from '../../../lib/errors.js'
import { bareudp, createBareudp } from '../../../lib/link/kinds/bareudp.js'
import { stageOf, testKind } from '../../support/kind-rows.js'

const bare = { dstPort: 4661, etherType: 'ipv4' } as const

testKind({
  kind: bareudp,
  create: createBareudp,
  bare,
  rows: {
    dstPort: { value: 4660, ip: ['dstport', 4660], other: 4662 },
    etherType: { value: 'mplsUc', ip: ['ethertype', 'mpls_uc'], other: 'ipv6' },
    srcPortMin: { value: 22136, ip: ['srcportmin', 22136], other: 4660 },
    multiProto: { value: true, ip: ['multiproto', true], other: true },
  },
})

const on = stageOf(bareudp)

test('bareudp: one link a port', async (context) => {
  const { namespace, where } = await on(context)
  await namespace.ip('link add ky type bareudp dstport 4661 ethertype ipv6')
  const second = createBareudp({ name: 'kx', ...bare }, where)
  await expect(second).rejects.toSatisfy((error) => isKernelError(error, 'EBUSY'))
})
