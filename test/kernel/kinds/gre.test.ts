import { randomUUID } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest'
import { addAddress } from '../../../lib/address/operations.js'
import { isKernelError } from '../../../lib/errors.js'
import { createVerb } from '../../../lib/link/create.js'
import { createGre, type GreOptions, gre } from '../../../lib/link/kinds/gre.js'
import { createVeth } from '../../../lib/link/kinds/veth.js'
import { getLink, listLinks } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import { openSocket } from '../../../lib/netns/open-socket.js'
import { captureOne } from '../../support/capture.js'
import { loadEncapsulations, testEncapsulation } from '../../support/encapsulation.js'
import { ends4, greStage, plainRows, rows4 } from '../../support/gre-rows.js'
import { requireKinds } from '../../support/kernel-has.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { testNamespace } from '../../support/namespace.js'

const bare = ends4

loadEncapsulations()
testKind({ kind: gre, create: createGre, stage: greStage, bare, rows: { ...rows4, ...plainRows } })
testEncapsulation(gre, createGre, bare)

const on = stageOf(gre, greStage)
const refused = { code: 'EINVAL' }

describe('gre: keys, sequence numbers and checksums, as ip shows them', () => {
  const all = { iKey: null, oKey: null, iSeq: false, oSeq: false, iCsum: false, oCsum: false }
  const cases: readonly (readonly [Partial<GreOptions>, object, object])[] = [
    [{}, {}, all],
    [{ key: 0 }, { ikey: '0.0.0.0', okey: '0.0.0.0' }, { ...all, iKey: 0, oKey: 0 }],
    [{ key: '1.2.3.4' }, { ikey: '1.2.3.4', okey: '1.2.3.4' }, { ...all, iKey: 0x1020304, oKey: 0x1020304 }],
    [
      { iKey: 5, oSeq: true, oCsum: true },
      { ikey: '0.0.0.5', oseq: true, ocsum: true },
      { ...all, iKey: 5, oSeq: true, oCsum: true },
    ],
    [
      { oKey: 5, iSeq: true, iCsum: true },
      { okey: '0.0.0.5', iseq: true, icsum: true },
      { ...all, oKey: 5, iSeq: true, iCsum: true },
    ],
    [
      { key: 5, seq: true, csum: true },
      { ikey: '0.0.0.5', okey: '0.0.0.5', iseq: true, oseq: true, icsum: true, ocsum: true },
      { iKey: 5, oKey: 5, iSeq: true, oSeq: true, iCsum: true, oCsum: true },
    ],
  ]
  test.for(cases)('%o', async ([options, printed, read], context) => {
    const { namespace, where } = await on(context)
    const { data } = await createGre({ name: 'kx', ...ends4, ...options }, where)
    expect(data).toMatchObject(read)
    const [{ linkinfo }] = (await namespace.show('link show dev kx')) as [{ linkinfo: { info_data: object } }]
    const words = Object.entries(linkinfo.info_data).filter(([word]) => /^[io](key|seq|csum)$/.test(word))
    expect(Object.fromEntries(words)).toEqual(printed)
    // All can be taken away again.
    const none = { key: null, seq: false, csum: false }
    expect(await updateLink('kx', none, where)).toMatchObject({ data: { ...ends4, ...all } })
  })
})

test('gre: the kernel takes what a change leaves out for its default, which is why all is said', async (context) => {
  const { namespace, where } = await on(context)
  await createGre({ name: 'kx', ...ends4, key: 5, ttl: 66, pmtuDisc: false, fwmark: 7 }, where)
  await namespace.ip('link set kx up')
  expect(await updateLink('kx', { tos: 4 }, where)).toMatchObject({
    data: { ...ends4, iKey: 5, oKey: 5, ttl: 66, pmtuDisc: false, fwmark: 7, tos: 4 },
  })
})

test('gre: what we refuse, the kernel would refuse without saying why', async (context) => {
  const { where } = await on(context)
  const unchecked = createVerb<GreOptions, never>({ ...gre, check: () => undefined })
  await expect(unchecked({ name: 'kx', ...ends4, ignoreDf: true }, where)).rejects.toMatchObject(refused)
  await expect(unchecked({ name: 'kx', remote: '239.1.2.3' }, where)).rejects.toMatchObject(refused)
})

test('gre: ignoreDf goes before pmtuDisc comes', async (context) => {
  const { where } = await on(context)
  await createGre({ name: 'kx', ...ends4, pmtuDisc: false, ignoreDf: true }, where)
  const both = updateLink('kx', { ignoreDf: false, pmtuDisc: true }, where)
  await expect(both).rejects.toMatchObject(refused)
  await updateLink('kx', { ignoreDf: false }, where)
  expect(await updateLink('kx', { pmtuDisc: true }, where)).toMatchObject({ data: { ignoreDf: false, pmtuDisc: true } })
})

test('gre: a link that is external stays so in a change', async (context) => {
  const { where } = await on(context)
  await createGre({ name: 'kx', external: true }, where)
  expect(await updateLink('kx', { ttl: 66 }, where)).toMatchObject({ data: { external: true, ttl: 66 } })
})

test('gre: the other end comes and goes with the link', async (context) => {
  const { where } = await on(context)
  await createGre({ name: 'kx', ...ends4 }, where)
  await expect(updateLink('kx', { data: { remote: '0.0.0.0' } }, where)).rejects.toMatchObject(refused)
})

test('gre: the fall-back devices are understood', async (context) => {
  const { where } = await on(context)
  await createGre({ name: 'kx', ...ends4 }, where)
  const fallback = (await listLinks({}, where)).filter(({ name }) => /^(gre|gretap|erspan)0$/.test(name))
  expect(fallback.map(({ name, kind }) => `${name}: ${kind}`).sort()).toEqual([
    'erspan0: erspan',
    'gre0: gre',
    'gretap0: gretap',
  ])
  for (const { data } of fallback as unknown as { data: object }[]) expect(data).not.toHaveProperty('unknown')
  const again = createGre({ name: 'again', local: '0.0.0.0' }, where)
  await expect(again).rejects.toSatisfy((error) => isKernelError(error, 'EEXIST'))
})

/** A namespace at one end of the wire, with its end of the tunnel. */
async function site(context: TestContext, number: 1 | 2, keys: Pick<GreOptions, 'iKey' | 'oKey'>) {
  await requireKinds(context, 'gre')
  const { name } = await testNamespace()
  const where = { netns: name }
  const build = async () => {
    await addAddress({ dev: 'e0', address: `192.0.2.${number}/24` }, where)
    await updateLink('e0', { up: true }, where)
    const ends = { local: `192.0.2.${number}`, remote: `192.0.2.${3 - number}` }
    await createGre({ name: 'tun', ...ends, ...keys, seq: true, csum: true, ttl: 64, up: true }, where)
    await addAddress({ dev: 'tun', address: `10.77.0.${number}/24` }, where)
  }
  return { name, where, build, address: `10.77.0.${number}` }
}

test('gre: packets with the key cross, others do not', async (context) => {
  const one = await site(context, 1, { oKey: 66051, iKey: 66052 })
  const two = await site(context, 2, { oKey: 66052, iKey: 66051 })
  await createVeth({ name: 'e0', peer: { name: 'e0', netns: two.name } }, one.where)
  await one.build()
  await two.build()
  const [here, there] = [await udpIn(one), await udpIn(two)]
  const { packet } = await captureOne(two.name, 'e0', ['src', 'host', '192.0.2.1', 'and', 'proto', '47'])
  expect(await crosses(here, there, two.address)).toBe(true)
  expect(await crosses(there, here, one.address)).toBe(true)
  expect(await packet).toMatch(/192\.0\.2\.1 > 192\.0\.2\.2: GREv0.*\bkey=0x10203\b.*seq/)
  await updateLink('tun', { iKey: 7 }, one.where)
  expect(await crosses(there, here, one.address, 1000)).toBe(false)
  expect(await crosses(here, there, two.address)).toBe(true)
  expect(await getLink('tun', one.where)).toMatchObject({ data: { iKey: 7, oKey: 66051, iSeq: true } })
})

const PORT = 4000

async function udpIn({ where, address }: { where: { netns: string }; address: string }): Promise<Socket> {
  const { fd } = await openSocket({ type: 'udp', address, port: PORT }, where)
  const socket = createSocket('udp4').bind({ fd })
  onTestFinished(() => void socket.close())
  return socket
}

/** Whether a datagram arrives; several are sent, for the first may find nobody. */
async function crosses(from: Socket, to: Socket, address: string, deadline = 10_000): Promise<boolean> {
  const text = randomUUID()
  const again = setInterval(() => from.send(text, PORT, address, () => {}), 100)
  const arrived = new Promise<boolean>((resolve) => {
    to.on('message', (message) => message.toString() === text && resolve(true))
    setTimeout(resolve, deadline, false).unref()
  })
  return arrived.finally(() => clearInterval(again))
}
