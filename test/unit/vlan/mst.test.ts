import { describe, expect, test } from 'vitest'
import type { Request } from '../../../lib/netlink/request.js'
import { type MstStateOptions, updateMstState } from '../../../lib/vlan/mst.js'
import { refusal } from '../../support/links.js'
import { endings, runSteps, testFixtures } from '../../support/requests.js'

const present = ({ mode }: Request) =>
  mode === 'dump' ? [[{ dev: 66051, msti: 772, state: 'forwarding' }]] : undefined
const update = (state: MstStateOptions['state']) => ({
  op: updateMstState.op({ dev: 'eth0', msti: 772, state }),
  answer: present,
})

describe('bytes as iproute2 sends them', () => {
  testFixtures('mst', {
    same: endings(
      'bridge mst set dev eth0 msti 772 state',
      { blocking: 'blocking', 3: 3, disabled: 'disabled' } as const,
      update,
    ),
  })
})

test('a port without a VLAN in the instance, of which the kernel would say yes', () => {
  const op = updateMstState.op({ dev: 7, msti: 772, state: 'blocking' })
  expect(() => runSteps(op)).toThrow(expect.objectContaining({ code: 'ENOENT', applied: false }))
})

test.each<[string, string, object]>([
  ['no link', 'dev', { dev: undefined }],
  ['no instance', 'msti', { msti: undefined }],
  ['instance 0', 'msti', { msti: 0 }],
  ['instance 4096', 'msti', { msti: 4096 }],
  ['no state', 'state', { state: undefined }],
  ['an unknown state', 'state', { state: 'Blocking' }],
  ['a state of nine bits', 'state', { state: 256 }],
  ['an unknown option', 'vid', { vid: 1 }],
])('refused before anything changes: %s', (_what, path, options) => {
  const op = updateMstState.op({ dev: 7, msti: 772, state: 'blocking', ...options })
  expect(refusal(op, { answer: present })).toMatchObject({ path, changes: [] })
})
