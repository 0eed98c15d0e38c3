import { expect, test } from 'vitest'
import { createVerb } from '../../../lib/link/create.js'
import { createIp6erspan, type Ip6erspanOptions, ip6erspan } from '../../../lib/link/kinds/ip6erspan.js'
import { updateLink } from '../../../lib/link/update.js'
import { loadEncapsulations, testEncapsulation } from '../../support/encapsulation.js'
import { ends6, erspanBare, erspanRows, greStage, rows6 } from '../../support/gre-rows.js'
import { stageOf, testKind } from '../../support/kind-rows.js'

const bare = { ...ends6, ...erspanBare }

loadEncapsulations()
testKind({
  kind: ip6erspan,
  create: createIp6erspan,
  stage: greStage,
  bare,
  rows: { ...rows6, ...erspanRows, external: { ...erspanRows.external, change: 'refused' } },
})
testEncapsulation(ip6erspan, createIp6erspan, bare)

const on = stageOf(ip6erspan, greStage)

test('ip6erspan: what we refuse, the kernel would refuse without saying why', async (context) => {
  const { where } = await on(context)
  const unchecked = createVerb<Ip6erspanOptions, never>({ ...ip6erspan, check: () => undefined })
  const options = [{}, { seq: true }, { key: 5 }]
  for (const one of options)
    await expect(unchecked({ name: 'kx', ...ends6, ...one }, where)).rejects.toMatchObject({ code: 'EINVAL' })
})

test('ip6erspan: 0 is a session, and both directions can differ', async (context) => {
  const { namespace, where } = await on(context)
  const made = await createIp6erspan({ name: 'kx', ...ends6, seq: true, iKey: 0, oKey: 515 }, where)
  expect(made.data).toMatchObject({ iKey: 0, oKey: 515, iSeq: true, oSeq: true, erspanVer: 1, erspanIndex: 0 })
  const [shown] = await namespace.show('link show dev kx')
  expect(shown.linkinfo.info_data).toMatchObject({ ikey: '0.0.0.0', okey: '0.0.2.3', iseq: true, oseq: true })
})

test('ip6erspan: a link without ends cannot be changed where ip6gre0 has none either', async (context) => {
  const { where } = await on(context)
  await createIp6erspan({ name: 'kx', external: true }, where)
  await expect(updateLink('kx', { hopLimit: 66 }, where)).rejects.toMatchObject({ code: 'EEXIST' })
})
