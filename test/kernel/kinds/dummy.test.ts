import { createDummy, dummy } from '../../../lib/link/kinds/dummy.js'
import { testKind } from '../../support/kind-rows.js'

testKind({ kind: dummy, create: createDummy, rows: {} })
