import { createGretap, gretap } from '../../../lib/link/kinds/gretap.js'
import { loadEncapsulations, testEncapsulation } from '../../support/encapsulation.js'
import { ends4, greStage, plainRows, rows4 } from '../../support/gre-rows.js'
import { testKind } from '../../support/kind-rows.js'

const bare = ends4

loadEncapsulations()
testKind({ kind: gretap, create: createGretap, stage: greStage, bare, rows: { ...rows4, ...plainRows } })
testEncapsulation(gretap, createGretap, bare)
