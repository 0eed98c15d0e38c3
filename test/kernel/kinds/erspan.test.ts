import { expect, test } from 'vitest'
import { createVerb } from '../../../lib/link/create.js'
import { createErspan, type ErspanOptions, erspan } from '../../../lib/link/kinds/erspan.js'
import { updateLink } from '../../../lib/link/update.js'
import { loadEncapsulations, testEncapsulation } from '../../support/encapsulation.js'
import { csumOfVersion0, ends4, erspanBare, erspanRows, greStage, rows4 } from '../../support/gre-rows.js'
import { stageOf, testKind } from '../../support/kind-rows.js'

const bare = { ...ends4, ...erspanBare }

loadEncapsulations()
testKind({
  kind: erspan,
  create: createErspan,
  stage: greStage,
  bare,
  rows: { ...rows4, ...erspanRows, ...csumOfVersion0 },
})
testEncapsulation(erspan, createErspan, bare)

const on = stageOf(erspan, greStage)

test('erspan: what we refuse, the kernel would refuse without saying why', async (context) => {
  const { where } = await on(context)
  const unchecked = createVerb<ErspanOptions, never>({ ...erspan, check: () => undefined })
  const options = [{}, { seq: true }, { key: 5 }, { seq: true, key: 5, csum: true }]
  for (const one of options)
    await expect(unchecked({ name: 'kx', ...ends4, ...one }, where)).rejects.toMatchObject({ code: 'EINVAL' })
})

test('erspan: 0 is a session, and both directions can differ', async (context) => {
  const { namespace, where } = await on(context)
  const made = await createErspan({ name: 'kx', ...ends4, seq: true, iKey: 0, oKey: 515 }, where)
  expect(made.data).toMatchObject({ iKey: 0, oKey: 515, iSeq: true, oSeq: true, erspanVer: 1, erspanIndex: 0 })
  const [shown] = await namespace.show('link show dev kx')
  expect(shown.linkinfo.info_data).toMatchObject({ ikey: '0.0.0.0', okey: '0.0.2.3', iseq: true, oseq: true })
})

test('erspan: version 0 needs no header', async (context) => {
  const { where } = await on(context)
  const { data } = await createErspan({ name: 'kx', ...ends4, erspanVer: 0 }, where)
  expect(data).toMatchObject({ erspanVer: 0, iKey: null, oKey: null, iSeq: false, oSeq: false })
  expect(await updateLink('kx', { tos: 4 }, where)).toMatchObject({ data: { erspanVer: 0, tos: 4, iKey: null } })
})

test('erspan: a link that is external can be changed', async (context) => {
  const { where } = await on(context)
  await createErspan({ name: 'kx', external: true }, where)
  expect(await updateLink('kx', { ttl: 66 }, where)).toMatchObject({ data: { external: true, ttl: 66 } })
})
