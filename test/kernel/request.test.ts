import { expect, test } from 'vitest'
import { batch } from '../../lib/rtnetlink/operation.js'
import { request } from '../../lib/rtnetlink/request.js'
import { addressLabel, RTM_DELADDRLABEL, RTM_GETADDRLABEL, RTM_NEWADDRLABEL } from '../support/address-labels.js'
import { fileNamespace } from '../support/namespace.js'

const namespace = fileNamespace(['link set lo up'])
const { where } = namespace

const label = (label: number) =>
  ({
    format: addressLabel,
    header: { family: 'inet6', prefixLength: 64 },
    attributes: { address: '2001:db8:1:2::', label },
  }) as const
const added = (value: number) =>
  ({ name: 'RTM_NEWADDRLABEL', type: RTM_NEWADDRLABEL, flags: ['create', 'excl'], ...label(value) }) as const
const listing = { name: 'RTM_GETADDRLABEL', type: RTM_GETADDRLABEL, mode: 'dump', replyType: RTM_NEWADDRLABEL } as const
const shown = async () => (await namespace.show('addrlabel list')).filter(({ address }) => address === '2001:db8:1:2::')

test('a message that the library has no call for, in all forms', async () => {
  expect(await request(added(66051), where)).toEqual([])
  expect(await shown()).toEqual([{ address: '2001:db8:1:2::', prefixlen: 64, label: 66051 }])
  const listed = request.sync({ ...listing, format: addressLabel, header: { family: 'inet6' } }, where)
  const [own, ...others] = listed.filter(({ attributes }) => attributes.address === '2001:db8:1:2::')
  expect(others).toEqual([])
  expect(own).toMatchObject({ header: { family: 'inet6', prefixLength: 64 }, attributes: { label: 66051 } })
  const [again, deleted] = await batch(
    [request.op(added(7)), request.op({ name: 'RTM_DELADDRLABEL', type: RTM_DELADDRLABEL, ...label(66051) })],
    where,
  )
  expect(again).toMatchObject({ ok: false, error: { code: 'EEXIST', request: 'RTM_NEWADDRLABEL', applied: false } })
  expect(deleted).toEqual({ ok: true, value: [] })
  expect(await shown()).toEqual([])
})

test('the kernel points at the attribute of the table', async () => {
  const short = { ...added(1), attributes: { address: '2001:db8:1:2::' } }
  await expect(request(short, where)).rejects.toMatchObject({
    code: 'EINVAL',
    message: /^cannot carry out RTM_NEWADDRLABEL: /,
  })
})
