import { createIpvtap, ipvtap } from '../../../lib/link/kinds/ipvtap.js'
import { testKind } from '../../support/kind-rows.js'
import { ipvlanRows, stackedStage } from '../../support/stacked-rows.js'

testKind({ kind: ipvtap, create: createIpvtap, stage: stackedStage, bare: { link: 'e0' }, rows: ipvlanRows })
