import { createVeth, veth } from '../../../lib/link/kinds/veth.js'
import { testKind } from '../../support/kind-rows.js'
import { peerRows, testPeer } from '../../support/peer-rows.js'

testKind({
  kind: veth,
  create: createVeth,
  rows: { peer: { value: { name: 'ky' }, read: undefined, ip: ['raw', undefined], other: { name: 'kz' } } },
})
testPeer({ kind: veth, create: createVeth, rows: peerRows, first: 'veth0' })
