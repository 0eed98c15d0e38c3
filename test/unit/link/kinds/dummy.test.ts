import { describe } from 'vitest'
import { createDummy } from '../../../../lib/link/kinds/dummy.js'
import { testFixtures } from '../../../support/requests.js'

describe('bytes as iproute2 sends them', () => {
  testFixtures('dummy', {
    same: {
      'ip link add dum type dummy': () => createDummy.op({ name: 'dum' }),
      'ip link add dum0 address 02:11:22:33:44:55 mtu 4660 txqueuelen 66051 numtxqueues 3 up type dummy': () =>
        createDummy.op({
          name: 'dum0',
          address: '02:11:22:33:44:55',
          mtu: 4660,
          txQueueLength: 66051,
          numTxQueues: 3,
          up: true,
        }),
    },
    beyond: { 'ip link add type dummy': 'every link that we make has a name: what is made is what was asked for' },
  })
})
