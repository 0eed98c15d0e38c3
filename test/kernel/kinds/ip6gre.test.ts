import { createIp6gre, ip6gre } from '../../../lib/link/kinds/ip6gre.js'
import { loadEncapsulations, testEncapsulation } from '../../support/encapsulation.js'
import { ends6, greStage, plainRows, rows6 } from '../../support/gre-rows.js'
import { testKind } from '../../support/kind-rows.js'

const bare = ends6

loadEncapsulations()
testKind({ kind: ip6gre, create: createIp6gre, stage: greStage, bare, rows: { ...rows6, ...plainRows } })
testEncapsulation(ip6gre, createIp6gre, bare)
