import { createIfb, ifb } from '../../../lib/link/kinds/ifb.js'
import { testKind } from '../../support/kind-rows.js'

testKind({ kind: ifb, create: createIfb, rows: {} })
