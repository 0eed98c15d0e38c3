import { describe, expect, test } from 'vitest'
import { createMacvtap, type MacvtapOptions } from '../../../../lib/link/kinds/macvtap.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { testFixtures } from '../../../support/requests.js'

const create = (options: Partial<MacvtapOptions>) => createMacvtap.op({ name: 'mt0', link: 'eth0', ...options })
const command = 'ip link add link eth0 name mt0 type macvtap'

describe('bytes as iproute2 sends them', () => {
  testFixtures('macvtap', {
    same: {
      [command]: () => create({}),
      [`${command} mode bridge`]: () => create({ mode: 'bridge' }),
      [`${command} mode passthru nopromisc`]: () => create({ mode: 'passthru', flags: ['noPromisc'] }),
      [`${command} mode source macaddr set 02:11:22:33:44:55 02:66:77:88:99:aa`]: () =>
        create({ mode: 'source', macaddr: ['02:11:22:33:44:55', '02:66:77:88:99:aa'] }),
      [`${command} mode vepa bcqueuelen 66051`]: () => create({ mode: 'vepa', bcQueueLength: 66051 }),
      'ip link set mt1 type macvtap mode private': () => ({
        op: updateLink.op('mt1', { mode: 'private' }),
        answer: existing(66093, { kind: 'macvtap', name: 'mt1' }),
      }),
    },
  })
})

test('needs a link below', () => {
  expect(refusal(createMacvtap.op({ name: 'mt0' } as never))).toMatchObject({ path: 'link', changes: [] })
})
