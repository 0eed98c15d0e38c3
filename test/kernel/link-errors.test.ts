import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { u8, u32 } from '../../lib/codec/integers.js'
import { attribute, attributes } from '../../lib/codec/table.js'
import { InvalidArgumentError, isKernelError, KernelError } from '../../lib/errors.js'
import { createVerb } from '../../lib/link/create.js'
import { createBridge } from '../../lib/link/kinds/bridge.js'
import { createDummy } from '../../lib/link/kinds/dummy.js'
import { createIpip } from '../../lib/link/kinds/ipip.js'
import { createVeth } from '../../lib/link/kinds/veth.js'
import { createVrf } from '../../lib/link/kinds/vrf.js'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import type { LinkBase } from '../../lib/link/link.js'
import { createLink, deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import type { Operation } from '../../lib/netlink/operation.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { linkNames } from '../support/links.js'
import { fileNamespace } from '../support/namespace.js'
import { root } from '../support/source.js'

const namespace = fileNamespace(['link add name br0 type bridge'])
const { where } = namespace

async function refusalOf(promise: Promise<unknown>): Promise<KernelError> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(KernelError)
  return error as KernelError
}

/** A kind with a table that lets everything through. */
function rawKind<Values extends object>(kind: string, rows: Parameters<typeof attributes>[0]) {
  return createVerb<{ name: string } & Values, LinkBase>({ kind, config: 'CONFIG', attributes: attributes(rows) })
}

describe('a VNI that is too large', () => {
  const id = 2 ** 24
  test('is refused before it is sent, with the range', async () => {
    const error = await createVxlan({ name: 'vx', id }, where).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(InvalidArgumentError)
    expect(error).toMatchObject({
      path: 'id',
      constant: 'IFLA_VXLAN_ID',
      expected: 'an integer from 0 to 16777215',
      actual: id,
      message: 'cannot create vxlan link vx: id (IFLA_VXLAN_ID): expected an integer from 0 to 16777215, got 16777216',
    })
  })

  test('is refused by the kernel, which points at the option', async () => {
    const raw = rawKind<{ id: number }>('vxlan', { id: attribute('IFLA_VXLAN_ID', 1, u32()) })
    expect(await refusalOf(raw({ name: 'vx', id }, where))).toMatchObject({
      name: 'KernelError',
      code: 'ERANGE',
      request: 'RTM_NEWLINK',
      attribute: 'linkInfo.data.id',
      constant: 'IFLA_VXLAN_ID',
      kernelMessage: 'VXLAN ID must be lower than 16777216',
      applied: false,
      message: 'cannot create vxlan link vx: VXLAN ID must be lower than 16777216 (id: IFLA_VXLAN_ID) [ERANGE]',
    })
    expect(linkNames(await listLinks({}, where))).toEqual(['br0', 'lo'])
  })
})

describe('the kernel points at the option', () => {
  test('with the bounds of its own policy', async (context) => {
    const raw = rawKind<{ id: number; df: number }>('vxlan', {
      id: attribute('IFLA_VXLAN_ID', 1, u32()),
      localBypass: attribute('IFLA_VXLAN_LOCALBYPASS', 31, u8()),
    })
    const creation = raw({ name: 'vx', id: 1, localBypass: 7 } as never, where)
    const taken = await creation.then(
      () => true,
      () => false,
    )
    if (taken) {
      await deleteLink('vx', where)
      context.skip('no localBypass in this kernel, which takes what it does not know')
    }
    const error = await refusalOf(creation)
    expect(error).toMatchObject({
      attribute: 'linkInfo.data.localBypass',
      constant: 'IFLA_VXLAN_LOCALBYPASS',
      policy: { type: 'u8', min: 0n, max: 1n },
    })
  })

  const cases: readonly (readonly [string, () => Operation<unknown>, object])[] = [
    [
      'of a link',
      () => updateLink.op('br0', { mtu: 70_000 }),
      { code: 'EINVAL', kernelMessage: expect.stringMatching(/mtu greater than device maximum/) },
    ],
    [
      'of an address',
      () => updateLink.op('br0', { address: '01:00:5e:00:00:01' }),
      { code: 'EADDRNOTAVAIL', applied: false },
    ],
    [
      'of a vxlan',
      () => createVxlan.op({ name: 'vx', id: 1, flowLabel: 5, local: '10.1.2.3' }),
      { code: 'EINVAL', kernelMessage: expect.stringMatching(/only applies to IPv6/) },
    ],
    [
      'of a vxlan in createLink',
      () => createLink.op({ kind: 'vxlan', name: 'vx', data: { id: 1, srcPort: { low: 9, high: 8 } } }),
      { code: 'EINVAL', attribute: 'linkInfo.data.srcPort', constant: 'IFLA_VXLAN_PORT_RANGE' },
    ],
    [
      'of a bridge',
      () => createBridge.op({ name: 'brx', groupAddress: '02:00:00:00:00:01' }),
      { code: 'EINVAL', applied: false },
    ],
    [
      'of a peer',
      () => createVeth.op({ name: 'va', peer: { name: 'vb', mtu: 70_000 } }),
      { code: 'EINVAL', kernelMessage: undefined, applied: false },
    ],
  ]
  test.each(cases)('%s', async (_, op, details) => {
    const [outcome] = await batch([op()], where)
    expect(outcome).toMatchObject({ ok: false, error: { name: 'KernelError', ...details } })
    expect(linkNames(await listLinks({}, where))).toEqual(['br0', 'lo'])
  })
})

describe('what is not there', () => {
  test.each(['absent', 4242, { index: 4242 }])('%o', async (dev) => {
    for (const op of [getLink.op(dev), deleteLink.op(dev), updateLink.op(dev, { up: true })]) {
      const [outcome] = await batch([op as Operation<unknown>], where)
      expect(outcome).toMatchObject({ ok: false, error: { code: 'ENODEV', applied: false } })
    }
  })

  test('a link that is an option', async () => {
    const error = await refusalOf(createVxlan({ name: 'vx', id: 1, dev: 'absent' }, where))
    expect(error).toMatchObject({ code: 'ENODEV', attribute: 'dev' })
    expect(error.message).toMatch(/create vxlan link vx.*no such link.*\(dev: 'absent'\)/i)
    const apart = createLink({ kind: 'vxlan', name: 'vx', data: { id: 1, dev: 'absent' } }, where)
    expect(await refusalOf(apart)).toMatchObject({ code: 'ENODEV', attribute: 'data.dev' })
    const change = updateLink('br0', { master: 'absent' }, where)
    expect(await refusalOf(change)).toMatchObject({ code: 'ENODEV', attribute: 'master' })
  })
})

describe('deleteLink', () => {
  test.each(['name', 'index', 'object'])('by %s', async (form) => {
    const link = await createBridge({ name: 'brx' }, where)
    await deleteLink(form === 'name' ? link.name : form === 'index' ? link.index : link, where)
    await expect(getLink('brx', where)).rejects.toMatchObject({ code: 'ENODEV' })
    expect(await getLink('br0', where)).toMatchObject({ name: 'br0' })
  })

  test('what the kernel keeps for itself', async () => {
    expect(await refusalOf(deleteLink('lo', where))).toMatchObject({ code: 'EOPNOTSUPP', applied: false })
  })
})

describe('a kind that this kernel lacks', () => {
  const kinds = {
    dummy: [() => createDummy({ name: 'new' }, where), 'CONFIG_DUMMY'],
    ipip: [() => createIpip({ name: 'new', local: '10.1.2.3', remote: '10.4.5.6' }, where), 'CONFIG_NET_IPIP'],
    vrf: [() => createVrf({ name: 'new', table: 10 }, where), 'CONFIG_NET_VRF'],
  } as const
  test.each(Object.entries(kinds))(
    '%s: the error names it, and the option of the kernel',
    async (kind, [create, config]) => {
      const error = await create().then(
        () => undefined,
        (error: unknown) => error,
      )
      if (error === undefined) {
        await deleteLink('new', where)
        return
      }
      expect(isKernelError(error, 'EOPNOTSUPP')).toBe(true)
      expect(error).toMatchObject({ attribute: 'linkInfo.kind', constant: 'IFLA_INFO_KIND', applied: false })
      expect((error as Error).message).toMatch(new RegExp(`create ${kind} link new.*no kind ${kind} \\(${config}\\)`))
    },
  )

  test('one that nobody knows', async () => {
    const error = await refusalOf(rawKind('rtnl-test', {})({ name: 'new' }, where))
    expect(error).toMatchObject({ code: 'EOPNOTSUPP', kernelMessage: 'Unknown device type' })
    expect(error.message).toMatch(/no kind rtnl-test \(CONFIG\)$/)
  })
})

test('without CAP_NET_ADMIN: EPERM, which names it, and reading works', async () => {
  const script = `
    import { createBridge } from '${join(root, 'lib/link/kinds/bridge.ts')}'
    import { deleteLink, getLink } from '${join(root, 'lib/link/operations.ts')}'
    import { updateLink } from '${join(root, 'lib/link/update.ts')}'
    const failures = []
    for (const call of [() => createBridge({ name: 'new' }), () => updateLink('lo', { up: true }), () => deleteLink('br0')])
      await call().catch(({ name, code, applied, message }) => failures.push({ name, code, applied, message }))
    console.log(JSON.stringify({ failures, read: (await getLink('br0')).name }))`
  const dropped = ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all']
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)('ip', ['netns', 'exec', namespace.name, ...dropped, ...node], {
    cwd: root,
  })
  const { failures, read } = JSON.parse(stdout)
  expect(read).toBe('br0')
  expect(failures).toHaveLength(3)
  for (const failure of failures) {
    expect(failure).toMatchObject({ name: 'KernelError', code: 'EPERM', applied: false })
    expect(failure.message).toMatch(/CAP_NET_ADMIN/)
  }
})
