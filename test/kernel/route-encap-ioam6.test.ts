/** IOAM in IPv6 packets, which Debian's kernels do not have. */
import { expect, test } from 'vitest'
import { listRoutes } from '../../lib/route/list.js'
import { addRoute } from '../../lib/route/operations.js'
import { printedEncaps, skipEncap } from '../support/encaps.js'
import { fileNamespace, upWithoutAddress } from '../support/namespace.js'

const stage = fileNamespace(['link add eth0 type veth peer name eth0p', ...['eth0', 'eth0p'].flatMap(upWithoutAddress)])
const { where } = stage

test('ioam6', async (context) => {
  const trace = { type: 0x81_0000, ns: 4660, size: 16 }
  const encap = { type: 'ioam6', mode: 'encap', tundst: '2001:db8::2', trace, freq: { k: 2, n: 5 } } as const
  await addRoute({ dst: '2001:db8:20::/64', dev: 'eth0', encap }, where).catch(skipEncap(context, 'ioam6'))
  const [route] = await listRoutes({ family: 'inet6', dst: '2001:db8:20::/64' }, where)
  expect(route?.encap).toEqual(encap)
  expect(printedEncaps(await stage.text('-6 route show')).get('2001:db8:20::/64')).toBe(
    'ioam6 freq 2/5 mode encap tundst 2001:db8::2 trace prealloc type 0x810000 ns 4660 size 16',
  )
})
