import { expect, test } from 'vitest'
import { createNetkit, netkit } from '../../../lib/link/kinds/netkit.js'
import { getLink } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { peerRows, testPeer } from '../../support/peer-rows.js'

testKind({
  kind: netkit,
  create: createNetkit,
  rows: {
    peer: { value: { name: 'ky' }, read: undefined, ip: ['raw', undefined], other: { name: 'kz' } },
    policy: { value: 'blackhole', ip: ['raw', '02000000'], other: 'forward' },
    peerPolicy: { value: 'blackhole', ip: ['raw', '02000000'], other: 'forward' },
    mode: { value: 'l2', ip: ['raw', '00000000'], other: 'l3' },
    scrub: { value: 'none', ip: ['raw', '00000000'], other: 'default', since: 'Linux 6.12' },
    peerScrub: { value: 'none', ip: ['raw', '00000000'], other: 'default', since: 'Linux 6.12' },
    headroom: { value: 258, ip: ['raw', '0201'], other: 259, since: 'Linux 6.14' },
    tailroom: { value: 772, ip: ['raw', '0403'], other: 773, since: 'Linux 6.14' },
    pairing: { value: 'single', ip: ['raw', '01000000'], other: 'pair', since: 'Linux 7.1' },
  },
})

// From Linux 7.1 on a netkit link has one transmit queue.
const { numTxQueues: _, ...rows } = peerRows
testPeer({ kind: netkit, create: createNetkit, rows, beside: { mode: 'l2' }, first: 'nk0' })

const on = stageOf(netkit)

test('netkit: each end tells its own policy first, and only the primary one takes changes', async (context) => {
  const { where } = await on(context)
  const made = await createNetkit({ name: 'kx', policy: 'blackhole', peer: { name: 'ky' } }, where)
  expect(made.data).toMatchObject({ primary: true, policy: 'blackhole', peerPolicy: 'forward', mode: 'l3' })
  const data = { primary: false, policy: 'forward', peerPolicy: 'blackhole', mode: 'l3' }
  expect(await getLink('ky', where)).toMatchObject({ kind: 'netkit', data })
  await expect(updateLink('ky', { policy: 'blackhole' }, where)).rejects.toMatchObject({ code: 'EACCES' })
  await updateLink('kx', { peerPolicy: 'blackhole', policy: 'forward' }, where)
  expect(await getLink('ky', where)).toMatchObject({ data: { ...data, policy: 'blackhole', peerPolicy: 'forward' } })
})
