import { createMacvtap, macvtap } from '../../../lib/link/kinds/macvtap.js'
import { testKind } from '../../support/kind-rows.js'
import { macvlanRows, stackedStage } from '../../support/stacked-rows.js'

testKind({ kind: macvtap, create: createMacvtap, stage: stackedStage, bare: { link: 'e0' }, rows: macvlanRows })
