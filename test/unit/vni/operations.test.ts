import { describe, expect, test } from 'vitest'
import type { Request } from '../../../lib/netlink/request.js'
import { addVni, deleteVni, listVnis, replaceVni, type VniOptions } from '../../../lib/vni/operations.js'
import type { ListedVnis } from '../../../lib/vni/vni.js'
import { refusal } from '../../support/links.js'
import { endings, runSteps, testFixtures } from '../../support/requests.js'

const links = { vxlan2: 66058 }
const listed = (first: number, last: number): ListedVnis => ({
  span: { first, last },
  data: { dev: 66058 },
  statistics: undefined,
})
const having =
  (...spans: readonly ListedVnis[]) =>
  ({ mode }: Request) =>
    mode === 'dump' ? [spans] : undefined

describe('bytes as iproute2 sends them', () => {
  testFixtures('vni', {
    same: {
      ...endings(
        'bridge vni add dev vxlan2 vni',
        {
          '66051': { vni: 66051 },
          '66051-66053': { vni: '66051-66053' },
          '66051 group 239.1.2.3': { vni: 66051, group: '239.1.2.3' },
          '66051 group ff05::1:2:3': { vni: 66051, group: 'ff05::1:2:3' },
          '66051 remote 10.4.5.6': { vni: 66051, remote: '10.4.5.6' },
          '66051-66053 remote 2001:db8:a:b:c:d:e:f': {
            vni: { first: 66051, last: 66053 },
            remote: '2001:db8:a:b:c:d:e:f',
          },
        },
        (options: Omit<VniOptions, 'dev'>) => replaceVni.op({ dev: 'vxlan2', ...options }),
      ),
      ...endings('bridge vni delete dev vxlan2 vni', { '66051': 66051, '66051-66053': '66051-66053' }, (vni) => ({
        op: deleteVni.op({ dev: 'vxlan2', vni }),
        answer: having(listed(66051, 66053)),
      })),
    },
  })
})

describe('where the kernel would say yes, or stop in the middle', () => {
  const add = (...spans: readonly ListedVnis[]) =>
    runSteps(addVni.op({ dev: 'vxlan2', vni: '10-20' }), { links, answer: having(...spans) }).sent.length
  const remove = (...spans: readonly ListedVnis[]) =>
    runSteps(deleteVni.op({ dev: 'vxlan2', vni: '10-20' }), { links, answer: having(...spans) }).sent.length

  test('a VNI that is there is not added again', () => {
    expect(() => add(listed(1, 5), listed(15, 16))).toThrow(/^cannot add VNI 15 of vxlan2: it exists \[EEXIST\]$/)
    expect(add(listed(1, 9), listed(21, 30))).toBe(2)
  })

  test('a VNI that is not there is not deleted', () => {
    expect(() => remove(listed(10, 14), listed(16, 20))).toThrow(/^cannot delete VNI 15 of vxlan2: there is none/)
    expect(remove(listed(10, 14), listed(15, 16), listed(17, 20))).toBe(2)
  })
})

test('what is listed is an object a VNI, and can be deleted as it is', () => {
  const spans = [
    { span: { first: 9, last: 11 }, data: { dev: 66058, group: '239.1.2.3' }, statistics: undefined },
    { span: { first: 12, last: 12 }, data: { dev: 66058 }, statistics: { rxPackets: 3n } },
  ]
  const { result } = runSteps(listVnis.op({ vni: '10-99' }), { answer: having(...spans) })
  expect(result).toEqual([
    { dev: 66058, vni: 10, group: '239.1.2.3' },
    { dev: 66058, vni: 11, group: '239.1.2.3' },
    { dev: 66058, vni: 12, statistics: { rxPackets: 3n } },
  ])
  for (const one of result) expect(runSteps(deleteVni.op(one)).sent).toHaveLength(1)
})

test.each<[string, string, object]>([
  ['no link', 'dev', { dev: undefined }],
  ['no VNI', 'vni', { vni: undefined }],
  ['a VNI of 25 bits', 'vni', { vni: 2 ** 24 }],
  ['VNIs backwards', 'vni', { vni: '20-10' }],
  ['a group that is none', 'group', { group: '10.1.2.3' }],
  ['a remote that is a group', 'remote', { remote: '239.1.2.3' }],
  ['both', 'remote', { group: '239.1.2.3', remote: '10.1.2.3' }],
  ['no address', 'group', { group: 'x' }],
  ['an unknown option', 'id', { id: 1 }],
])('refused before anything changes: %s', (_what, path, options) => {
  const given: VniOptions = { dev: 7, vni: 66051, ...options }
  expect(refusal(addVni.op(given), { answer: having() })).toMatchObject({ path, changes: [] })
  expect(refusal(replaceVni.op(given))).toMatchObject({ path, changes: [] })
})
