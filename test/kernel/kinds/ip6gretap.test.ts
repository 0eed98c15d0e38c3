import { createIp6gretap, ip6gretap } from '../../../lib/link/kinds/ip6gretap.js'
import { loadEncapsulations, testEncapsulation } from '../../support/encapsulation.js'
import { ends6, greStage, plainRows, rows6 } from '../../support/gre-rows.js'
import { testKind } from '../../support/kind-rows.js'

const bare = ends6

loadEncapsulations()
testKind({
  kind: ip6gretap,
  create: createIp6gretap,
  stage: greStage,
  bare,
  rows: { ...rows6, ...plainRows, external: { ...plainRows.external, change: 'refused' } },
})
testEncapsulation(ip6gretap, createIp6gretap, bare)
