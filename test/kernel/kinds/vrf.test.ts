import { createVrf, vrf } from '../../../lib/link/kinds/vrf.js'
import { testKind } from '../../support/kind-rows.js'

testKind({
  kind: vrf,
  create: createVrf,
  bare: { table: 10 },
  rows: { table: { value: 66051, ip: ['table', 66051], other: 66052 } },
})
