/** Multicast routes are those that `ip mroute` shows of a router that runs. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { listMulticastRoutes } from '../../lib/route/multicast.js'
import { testNamespace, upWithoutAddress } from '../support/namespace.js'

/** A multicast router: it has raw sockets, which Node does not make. Its routes last as long as it does. */
const router = String.raw`
$| = 1;
sub set { setsockopt($_[0], $_[1], $_[2], $_[3]) or die "setsockopt $_[1] $_[2]: $!\n" }
sub in6 { pack('SSNa16L', 10, 0, 0, pack('n8', @_), 0) }
# MRT_INIT, MRT_ADD_VIF by index, MRT_ADD_MFC
socket(my $four, 2, 3, 2) or die "socket: $!\n";
set($four, 0, 200, pack('i', 1));
set($four, 0, 202, pack('SCCLll', $_->[0], 8, 1, 0, $_->[1], 0)) for [0, 66051], [1, 66055], [2, 66052];
set($four, 0, 204, pack('C4C4SC32x2L3l', 10, 1, 2, 3, 239, 1, 2, 3, 0, 0, 2, 66, (0) x 29, 0, 0, 0, 0));
set($four, 0, 204, pack('C4C4SC32x2L3l', 10, 1, 2, 4, 239, 1, 2, 4, 1, 5, (0) x 31, 0, 0, 0, 0));
# MRT6_INIT, MRT6_ADD_MIF, MRT6_ADD_MFC
socket(my $six, 10, 3, 58) or die "socket: $!\n";
set($six, 41, 200, pack('i', 1));
set($six, 41, 202, pack('SCCSx2L', $_->[0], 0, 1, $_->[1], 0)) for [0, 513], [1, 514];
set($six, 41, 204, in6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 3) . in6(0xff0e, 0, 0, 0, 0, 0, 0x102, 0x304) . pack('Sx2L8', 0, 2, (0) x 7));
print "ready\n";
<STDIN>;
`

/** Runs the router; `undefined` where the kernel has no multicast routing, and then why. */
async function start(netns: string): Promise<string | undefined> {
  const child = spawn('ip', ['netns', 'exec', netns, 'perl', '-e', router])
  const closed = once(child, 'close')
  onTestFinished(async () => {
    child.stdin.end()
    await closed
  })
  let complaint = ''
  child.stderr.on('data', (data) => {
    complaint += data
  })
  await Promise.race([once(child.stdout, 'data'), closed])
  return complaint === '' ? undefined : complaint.trim()
}

test('those of a router', async (context) => {
  const ns = await testNamespace([
    'link add eth0 index 66051 type veth peer name eth0p index 66052',
    'link add eth1 index 66055 type veth peer name eth1p index 66056',
    'link add eth2 index 513 type veth peer name eth3 index 514',
    ...['eth0', 'eth0p', 'eth1', 'eth1p', 'eth2', 'eth3'].flatMap(upWithoutAddress),
    'addr add 10.1.2.3/24 dev eth0',
  ])
  expect(await listMulticastRoutes({}, ns.where)).toEqual([])
  const complaint = await start(ns.name)
  if (complaint !== undefined) {
    // Protocol not available, or the option is unknown.
    expect(complaint).toMatch(/^(setsockopt (0|41) 200|socket): /)
    context.skip('this kernel has no multicast routing (CONFIG_IP_MROUTE, CONFIG_IPV6_MROUTE)')
  }
  const none = { packets: 0n, bytes: 0n, wrongLink: 0n }
  const rest = { table: 'default', resolved: true, flags: [], age: expect.any(Number), statistics: none } as const
  const routes = await listMulticastRoutes({}, ns.where)
  const [three, four, six] = ['239.1.2.3', '239.1.2.4', 'ff0e::102:304'].map((group) =>
    routes.find(({ dst }) => dst === group),
  )
  expect(routes).toHaveLength(3)
  expect(three).toMatchObject({
    ...{ ...rest, family: 'inet', src: '10.1.2.3', iif: 66_051 },
    nexthops: [
      { dev: 66_055, ttl: 2 },
      { dev: 66_052, ttl: 66 },
    ],
  })
  expect(four).toMatchObject({ ...rest, src: '10.1.2.4', iif: 66_055, nexthops: [{ dev: 66_051, ttl: 5 }] })
  expect(six).toMatchObject({
    family: 'inet6',
    src: '2001:db8::3',
    iif: 513,
    nexthops: [{ dev: 514, ttl: 1 }],
    resolved: true,
  })
  expect(await ns.text('mroute show')).toMatch(
    /\(10\.1\.2\.3,\s*239\.1\.2\.3\)\s+Iif: eth0\s+Oifs: eth1\(ttl 2\)\s*eth0p\(ttl 66\)/,
  )
  expect(await ns.text('-6 mroute show')).toMatch(/\(2001:db8::3,\s*ff0e::102:304\)\s+Iif: eth2\s+Oifs: eth3/)
  const groups = async (filter: object) => (await listMulticastRoutes(filter, ns.where)).map(({ dst }) => dst)
  expect(await groups({ iif: 'eth1' })).toEqual(['239.1.2.4'])
  expect(await groups({ family: 'inet6', dst: 'ff0e:0::102:304' })).toEqual(['ff0e::102:304'])
  expect(await groups({ src: '10.1.2.3', table: 'default' })).toEqual(['239.1.2.3'])
  expect(await groups({ table: 7 })).toEqual([])
})
