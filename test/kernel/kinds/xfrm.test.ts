import { expect, test } from 'vitest'
import { isKernelError } from '../../../lib/errors.js'
import { createXfrm, xfrm } from '../../../lib/link/kinds/xfrm.js'
import { stageOf, testKind } from '../../support/kind-rows.js'

testKind({
  kind: xfrm,
  create: createXfrm,
  stage: ['link add e0 index 258 type veth peer name e1 index 772'],
  bare: { ifId: 66 },
  rows: {
    dev: { value: 'e0', read: 258, ip: ['raw', '02010000'], other: 772 },
    ifId: { value: 66051, ip: ['if_id', '0x10203'], other: 4660, beside: { dev: 'e0' } },
    external: { value: true, ip: ['external', true], other: true, beside: { ifId: undefined }, since: 'Linux 6.1' },
  },
})

const on = stageOf(xfrm)

test('xfrm: one link has an identifier', async (context) => {
  const { where } = await on(context)
  await createXfrm({ name: 'kx', ifId: 66051 }, where)
  await expect(createXfrm({ name: 'ky', ifId: 66051 }, where)).rejects.toSatisfy((error) =>
    isKernelError(error, 'EEXIST'),
  )
})
