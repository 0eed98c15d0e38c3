import { describe } from 'vitest'
import { createIfb } from '../../../../lib/link/kinds/ifb.js'
import { testFixtures } from '../../../support/requests.js'

describe('bytes as iproute2 sends them', () => {
  testFixtures('ifb', {
    same: {
      'ip link add ifb0 type ifb': () => createIfb.op({ name: 'ifb0' }),
      'ip link add ifb0 address 02:11:22:33:44:55 mtu 4660 numtxqueues 3 numrxqueues 5 up type ifb': () =>
        createIfb.op({
          name: 'ifb0',
          address: '02:11:22:33:44:55',
          mtu: 4660,
          numTxQueues: 3,
          numRxQueues: 5,
          up: true,
        }),
    },
  })
})
