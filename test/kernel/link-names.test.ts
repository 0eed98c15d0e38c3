import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attribute, attributes } from '../../lib/codec/table.js'
import { bytes } from '../../lib/codec/text.js'
import { createBridge } from '../../lib/link/kinds/bridge.js'
import { ifinfomsg } from '../../lib/link/message.js'
import { deleteLink, getLink } from '../../lib/link/operations.js'
import { setLink } from '../../lib/link/set.js'
import { messageFormat } from '../../lib/netlink/message.js'
import { ask, type Steps } from '../../lib/netlink/operation.js'
import { request } from '../../lib/netlink/request.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../../lib/rtnetlink/constants.js'
import { batch, verb } from '../../lib/rtnetlink/operation.js'
import { openRouteSocket } from '../../lib/rtnetlink/route-socket.js'
import { manyOf } from '../support/guest.js'
import { isLinkName, linkNames, nameBytes } from '../support/link-names.js'
import { testNamespace } from '../support/namespace.js'

// A table of its own, in which a name is bytes: what reads it back here has no part in how the library writes one.
const named = messageFormat(ifinfomsg, attributes({ name: attribute('IFLA_IFNAME', 3, bytes()) }))

/** Renames the link by its index; the name that it then has, in bytes. */
const rename = verb(
  (index: number, name: string) => `rename link ${index} to ${name}`,
  function* (index: number, name: string): Steps<Buffer> {
    yield* setLink(index, { name })
    const [found] = yield* ask(
      request(
        { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'get' },
        named,
        { header: { index }, attributes: {} },
        { type: RTM_NEWLINK, read: ({ attributes }) => attributes.name },
      ),
    )
    return Buffer.from(found as Uint8Array)
  },
)

test('ten thousand names: the kernel takes each that we take, and the link has it byte for byte', async () => {
  const { name: netns } = await testNamespace()
  const { index } = await createBridge({ name: 'first' }, { netns })
  const socket = openRouteSocket.sync({ netns })
  const names = fc.sample(
    linkNames.filter((name) => isLinkName(name)),
    manyOf(10_000),
  )
  const outcomes = await batch(
    names.map((name) => rename.op(index, name)),
    { socket },
  )
  const wrong = outcomes.flatMap((outcome, i) => {
    const wanted = `${nameBytes(names[i] as string)?.toString('hex')}00`
    const got = outcome.ok ? outcome.value.toString('hex') : outcome.error
    return got === wanted ? [] : [{ name: names[i], wanted, got }]
  })
  socket.close()
  expect(wrong).toEqual([])
})

test('odd names that are taken lead to the link', async () => {
  const where = { netns: (await testNamespace()).name }
  for (const name of ['-x', ';rm -rf', 'ä√日', '\udcff\udc81', '$(id)', "a'b", 'a"b', '...', '😀']) {
    if (!isLinkName(name)) continue
    const made = await createBridge({ name }, where)
    expect(made.name).toBe(name)
    expect(await getLink(name, where)).toMatchObject({ index: made.index, name })
    await deleteLink(name, where)
  }
})
