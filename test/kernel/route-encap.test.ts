/** Encapsulations of routes: what we ask for is what `ip` shows and what we read, and packets arrive. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { writeSysctl } from '../../lib/netns/sysctl.js'
import { addNexthop, deleteNexthop } from '../../lib/nexthop/operations.js'
import { listRoutes } from '../../lib/route/list.js'
import { lookupRoute } from '../../lib/route/lookup.js'
import { addRoute, appendRoute, deleteRoute } from '../../lib/route/operations.js'
import type { RouteOptions } from '../../lib/route/options.js'
import type { EncapOptions } from '../../lib/rtnetlink/encap/encap.js'
import { captureOne } from '../support/capture.js'
import { echo } from '../support/echo.js'
import { loadModules, printedEncaps, skipEncap } from '../support/encaps.js'
import { requireKinds } from '../support/kernel-has.js'
import { fileNamespace, testNamespace, upWithoutAddress } from '../support/namespace.js'

const stage = fileNamespace([
  'link add eth0 index 66051 type veth peer name eth0p index 66052',
  'link add eth1 index 66055 type veth peer name eth1p index 66056',
  'link add vxlan1 index 66057 type vxlan dstport 4660 external',
  ...['eth0', 'eth0p', 'eth1', 'eth1p', 'vxlan1', 'lo'].flatMap(upWithoutAddress),
  'addr add 10.1.2.3/24 dev eth0',
  'addr add 10.9.8.7/24 dev eth1',
  'addr add 2001:db8:1:2::3/64 dev eth0 nodad',
  'addr add 2001:db8:9:8::7/64 dev eth1 nodad',
])
const { where } = stage

// ILA has the module's own hook, which nothing loads.
beforeAll(() => loadModules('mpls_router', 'mpls_iptunnel', 'ila'))

const gw4 = '10.1.2.9'
const gw6 = '2001:db8:1:2::9'
const [s1, s2, s3] = ['2001:db8:a:b:c:d:e:f', '2001:db8:11::12', 'fc00:42::3']

interface Case {
  readonly dst: string
  readonly encap: EncapOptions
  /** Beside it. */
  readonly more?: Partial<RouteOptions>
  /** As `ip` prints it; absent: its words are newer than this iproute2. */
  readonly words?: string
  /** Where it reads back as something else. */
  readonly reads?: object
}

/** Adds them all and compares each with what ip prints and with what we read; then deletes them as they were listed. */
async function prove(context: { skip(note?: string): never }, cases: readonly Case[]): Promise<void> {
  for (const { dst, encap, more } of cases) {
    const way = { dev: encap.type === 'ip' || encap.type === 'ip6' ? 'vxlan1' : 'eth0', ...more }
    await addRoute({ dst, encap, ...way }, where).catch(skipEncap(context, encap.type))
  }
  const family = cases[0]?.dst.includes(':') ? 'inet6' : 'inet'
  const printed = printedEncaps(await stage.text(`-${family === 'inet' ? 4 : 6} route show table main`))
  const listed = await listRoutes({ family }, where)
  for (const { dst, encap, words, reads } of cases) {
    if (words !== undefined) expect(printed.get(dst.replace('/128', '')), dst).toBe(words)
    const found = listed.find((route) => route.dst === dst)
    expect(found?.encap, dst).toEqual({ ...encap, ...reads })
    if (found !== undefined) await deleteRoute(found, where)
  }
  const left = (await listRoutes({ family }, where)).filter(({ encap }) => encap !== undefined)
  expect(left).toEqual([])
}

const net4 = (i: number) => `10.20.${i}.0/24`
const net6 = (i: number) => `2001:db8:20:${i}::/64`

test('mpls', async (context) => {
  const via = { via: gw4, dev: undefined }
  await prove(context, [
    { dst: net4(1), encap: { type: 'mpls', labels: [258] }, more: via, words: 'mpls 258' },
    {
      dst: net4(2),
      encap: { type: 'mpls', labels: [258, 513, 66_051], ttl: 66 },
      more: via,
      words: 'mpls 258/513/66051 ttl 66',
    },
  ])
  await prove(context, [
    { dst: net6(1), encap: { type: 'mpls', labels: [1_048_575, 0] }, more: { via: gw6 }, words: 'mpls 1048575/0' },
  ])
})

test('mpls, of each of several next hops', async (context) => {
  const first = { type: 'mpls', labels: [258] } as const
  const second = { type: 'mpls', labels: [513, 514], ttl: 66 } as const
  const nexthops = [
    { via: gw4, dev: 'eth0', encap: first },
    { via: '10.9.8.9', dev: 'eth1', weight: 3, encap: second },
  ]
  await addRoute({ dst: net4(1), nexthops }, where).catch(skipEncap(context, 'mpls'))
  const lines = (await stage.text('-4 route show')).split('\n').filter((line) => line.includes('encap'))
  expect(lines.map((line) => line.replaceAll(/\s+/g, ' ').trim())).toEqual([
    `nexthop encap mpls 258 via ${gw4} dev eth0 weight 1`,
    'nexthop encap mpls 513/514 ttl 66 via 10.9.8.9 dev eth1 weight 3',
  ])
  const [route] = await listRoutes({ dst: net4(1) }, where)
  expect(route?.nexthops?.map(({ encap }) => encap)).toEqual([first, second])
  if (route !== undefined) await deleteRoute(route, where)
  expect(await listRoutes({ dst: net4(1) }, where)).toEqual([])
})

test('mpls, of a next hop object', async (context) => {
  const encap = { type: 'mpls', labels: [258, 513], ttl: 66 } as const
  const made = await addNexthop({ id: 66_051, via: gw4, dev: 'eth0', encap }, where).catch(skipEncap(context, 'mpls'))
  expect(made).toMatchObject({ id: 66_051, via: gw4, encap })
  expect(await stage.text('nexthop show id 66051')).toMatch(
    /^id 66051\s+encap mpls\s+258\/513 ttl 66 via 10\.1\.2\.9 dev eth0/,
  )
  await addRoute({ dst: net4(1), nhid: 66_051 }, where)
  const [route] = await listRoutes({ dst: net4(1) }, where)
  expect(route).toMatchObject({ nhid: 66_051, encap })
  if (route !== undefined) await deleteRoute(route, where)
  await deleteNexthop({ id: 66_051 }, where)
})

test('of two routes that differ in nothing else, the one that is meant is deleted', async (context) => {
  const base = { dst: net4(1), via: gw4 }
  const encapOf = (label: number) => ({ encap: { type: 'mpls', labels: [label] } }) as const
  await addRoute({ ...base, ...encapOf(100) }, where).catch(skipEncap(context, 'mpls'))
  await appendRoute({ ...base, ...encapOf(200) }, where)
  const both = await listRoutes({ dst: net4(1) }, where)
  expect(both).toMatchObject([encapOf(100), encapOf(200)])
  await deleteRoute({ ...base, ...encapOf(200) }, where)
  expect(await listRoutes({ dst: net4(1) }, where)).toMatchObject([encapOf(100)])
  await expect(deleteRoute({ ...base, ...encapOf(200) }, where)).rejects.toMatchObject({ code: 'ESRCH' })
  await deleteRoute({ ...base, ...encapOf(100) }, where)
})

test('ip and ip6', async (context) => {
  const flags = ['csum', 'key', 'seq'] as const
  await prove(context, [
    {
      dst: net4(1),
      encap: { type: 'ip', id: 72_623_859_790_382_856n, src: '10.1.2.3', dst: '10.4.5.6', ttl: 66, tos: 24, flags },
      words: 'ip id 72623859790382856 src 10.1.2.3 dst 10.4.5.6 ttl 66 tos 24 key csum seq',
    },
    {
      dst: net4(2),
      encap: { type: 'ip6', id: 66_051n, src: '2001:db8:1:2::3', dst: s1, hoplimit: 66, tc: 24, flags },
      words: `ip6 id 66051 src 2001:db8:1:2::3 dst ${s1} hoplimit 66 tc 24 key csum seq`,
    },
    {
      dst: net4(3),
      encap: { type: 'ip', dst: '10.4.5.6', flags: ['dontFragment'] },
      words: 'ip id 0 src 0.0.0.0 dst 10.4.5.6 ttl 0 tos 0',
      reads: { id: 0n, src: '0.0.0.0', ttl: 0, tos: 0 },
    },
  ])
  const seen = await lookupRoute({ dst: '10.9.8.8' }, where)
  expect(seen.encap).toBeUndefined()
})

// Where memory functions are fortified, a kernel may die of the first of them (ip_tun_parse_opts_geneve), and the machine's network with it.
test('ip with options of a tunnel', async (context) => {
  if (!readFileSync('/proc/cpuinfo', 'utf8').includes('User Mode Linux'))
    context.skip('a kernel may die of GENEVE options: they are tried in User-mode Linux alone')
  const geneveOpts = [
    { class: 4660, type: 128, data: Uint8Array.of(1, 2, 3, 4) },
    { class: 22_136, type: 18, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  ]
  const ip = { type: 'ip', id: 66_051n, dst: '10.4.5.6' } as const
  const rest = 'src 0.0.0.0 dst 10.4.5.6 ttl 0 tos 0'
  const reads = (flag: string, more: object = {}) => ({ src: '0.0.0.0', ttl: 0, tos: 0, flags: [flag], ...more })
  await prove(context, [
    {
      dst: net4(1),
      encap: { ...ip, geneveOpts },
      words: `ip id 66051 ${rest} geneve_opts 4660:128:01020304,22136:18:0102030405060708`,
      reads: reads('geneveOpt'),
    },
    {
      dst: net4(2),
      encap: { ...ip, vxlanOpts: { gbp: 0x8_1234 } },
      words: `ip id 66051 ${rest} vxlan_opts ${0x8_1234}`,
      reads: reads('vxlanOpt'),
    },
    {
      dst: net4(3),
      encap: { ...ip, erspanOpts: { version: 1, index: 66_051 } },
      words: `ip id 66051 ${rest} erspan_opts 1:66051:0:0`,
      reads: reads('erspanOpt'),
    },
    {
      dst: net4(4),
      encap: { ...ip, erspanOpts: { version: 2, dir: 1, hwid: 18 } },
      words: `ip id 66051 ${rest} erspan_opts 2:0:1:18`,
      reads: reads('erspanOpt'),
    },
    {
      dst: net4(5),
      encap: { type: 'ip6', id: 66_051n, dst: s1, geneveOpts: geneveOpts.slice(1) },
      words: `ip6 id 66051 src :: dst ${s1} hoplimit 0 tc 0 geneve_opts 22136:18:0102030405060708`,
      reads: { src: '::', hoplimit: 0, tc: 0, flags: ['geneveOpt'] },
    },
  ])
})

test('ila', async (context) => {
  await prove(context, [
    {
      dst: net6(1),
      encap: { type: 'ila', locator: '2001:db8:1:2', csumMode: 'neutralMap', identType: 'luid', hookType: 'input' },
      words: 'ila 2001:db8:1:2 csum-mode neutral-map ident-type luid hook-type input',
    },
    {
      dst: net6(2),
      encap: { type: 'ila', locator: '0:0:0:2', csumMode: 'noAction', identType: 'luid', hookType: 'output' },
      words: 'ila 0:0:0:2 csum-mode no-action ident-type luid hook-type output',
    },
  ])
})

test('seg6', async (context) => {
  const mode = (
    mode: 'encap' | 'inline' | 'l2encap' | 'encap.red' | 'l2encap.red',
    i: number,
    printed: string,
  ): Case => ({
    dst: net6(i),
    encap: { type: 'seg6', mode, segs: [s1, s2, s3] },
    words: `seg6 mode ${mode} segs ${printed}`,
  })
  const three = `3 [ ${s1} ${s2} ${s3} ]`
  const some = [mode('encap', 1, three), mode('inline', 2, `4 [ ${s1} ${s2} ${s3} :: ]`), mode('l2encap', 3, three)]
  await prove(context, some)
})

test('seg6 with reduced headers', async (context) => {
  const encap = { type: 'seg6', mode: 'encap.red', segs: [s1, s2] } as const
  await addRoute({ dst: net6(9), dev: 'eth0', encap }, where)
    .catch(skipEncap(context, 'seg6'))
    .catch((error) => {
      if (isKernelError(error, 'EINVAL')) context.skip('this kernel has no reduced headers of seg6 (Linux 6.0)')
      throw error
    })
  await deleteRoute({ dst: net6(9), dev: 'eth0' }, where)
  const l2encap = { ...encap, mode: 'l2encap.red' } as const
  await prove(context, [
    { dst: net6(1), encap, words: `seg6 mode encap.red segs 2 [ ${s1} ${s2} ]` },
    { dst: net6(2), encap: l2encap, words: `seg6 mode l2encap.red segs 2 [ ${s1} ${s2} ]` },
  ])
})

test('seg6 with a signature', async (context) => {
  const encap = { type: 'seg6', mode: 'encap', segs: [s1, s2], hmac: 66_051 } as const
  await prove(context, [{ dst: net6(1), encap, words: `seg6 mode encap segs 2 [ ${s1} ${s2} ] hmac 10203` }])
})

test('seg6 with a source of its own', async (context) => {
  const encap = { type: 'seg6', mode: 'encap', segs: [s1], tunsrc: '2001:db8:1:2::3' } as const
  await addRoute({ dst: net6(1), dev: 'eth0', encap }, where).catch(skipEncap(context, 'seg6'))
  const [route] = await listRoutes({ dst: net6(1) }, where)
  await deleteRoute({ dst: net6(1), dev: 'eth0' }, where)
  if (route?.encap?.type === 'seg6' && route.encap.tunsrc === undefined)
    context.skip('this kernel has no source of a seg6 encapsulation (Linux 7.1)')
  expect(route?.encap).toEqual(encap)
})

describe('seg6local', () => {
  let next = 1
  const local = (
    encap: Omit<Extract<EncapOptions, { type: 'seg6local' }>, 'type'>,
    words: string,
    reads?: object,
  ): Case => ({
    dst: `2001:db8:a:${next++}::1/128`,
    encap: { type: 'seg6local', ...encap },
    words: `seg6local action ${words}`,
    ...(reads && { reads }),
  })

  test('actions', async (context) => {
    await prove(context, [
      local({ action: 'End' }, 'End'),
      local({ action: 'End.X', nh6: gw6 }, `End.X nh6 ${gw6}`),
      local({ action: 'End.T', table: 66_051 }, 'End.T table 66051'),
      local({ action: 'End.DX2', oif: 'eth1' }, 'End.DX2 oif eth1', { oif: 66_055 }),
      local({ action: 'End.DX6', nh6: gw6 }, `End.DX6 nh6 ${gw6}`),
      local({ action: 'End.DX4', nh4: gw4 }, `End.DX4 nh4 ${gw4}`),
      local({ action: 'End.DT6', table: 66_051 }, 'End.DT6 table 66051'),
      local({ action: 'End.B6', srh: { segs: [s2, s3] } }, `End.B6 segs 3 [ ${s2} ${s3} :: ]`),
      local(
        { action: 'End.B6.Encaps', srh: { segs: [s2, s3], hmac: 66_051 } },
        `End.B6.Encaps segs 2 [ ${s2} ${s3} ] hmac 10203`,
      ),
    ])
  })

  test('tables of a VRF', async (context) => {
    await requireKinds(context, 'vrf')
    await stage.ip('link add vrf0 index 66060 type vrf table 77')
    onTestFinished(() => stage.ip('link delete vrf0'))
    await stage.ip('link set vrf0 up')
    await writeSysctl('net.vrf.strict_mode', 1, { netns: stage.name })
    await prove(context, [
      local({ action: 'End.DT4', vrftable: 77 }, 'End.DT4 vrftable 77'),
      local({ action: 'End.DT6', vrftable: 77 }, 'End.DT6 vrftable 77'),
      local({ action: 'End.DT46', vrftable: 77 }, 'End.DT46 vrftable 77'),
    ]).catch((error) => {
      if (isKernelError(error, 'EINVAL')) context.skip('this kernel has no vrftable of seg6local (Linux 5.11)')
      throw error
    })
  })

  test('counters', async (context) => {
    const encap = { type: 'seg6local', action: 'End', counters: true } as const
    const dst = '2001:db8:a:99::1/128'
    await addRoute({ dst, dev: 'eth0', encap }, where).catch(skipEncap(context, 'seg6local'))
    const [route] = await listRoutes({ dst }, where)
    if (route !== undefined) await deleteRoute(route, where)
    if (route?.encap?.type === 'seg6local' && route.encap.counters === undefined)
      context.skip('this kernel has no counters of seg6local (Linux 5.14)')
    await addRoute({ dst, dev: 'eth0', encap }, where)
    const counters = { packets: 0n, bytes: 0n, errors: 0n }
    expect(route?.encap).toEqual({ ...encap, counters })
    expect(await stage.text('-s -6 route show 2001:db8:a:99::1')).toMatch(/packets 0 bytes 0 errors 0/)
    if (route !== undefined) await deleteRoute(route, where)
  })

  test('flavors', async (context) => {
    const psp = local({ action: 'End', flavors: ['psp'] }, 'End flavors psp')
    await addRoute({ dst: net6(9), dev: 'eth0', encap: psp.encap }, where)
      .catch(skipEncap(context, 'seg6local'))
      .catch((error) => {
        if (isKernelError(error, 'EOPNOTSUPP') && /flavor/i.test(error.kernelMessage ?? ''))
          context.skip('this kernel has no such flavor of seg6local (Linux 6.3)')
        throw error
      })
    const [route] = await listRoutes({ dst: net6(9) }, where)
    await deleteRoute({ dst: net6(9), dev: 'eth0' }, where)
    if (route?.encap?.type === 'seg6local' && route.encap.flavors === undefined)
      context.skip('this kernel has no flavors of seg6local (Linux 6.1)')
    const compressed = { flavors: ['next-csid'] as 'next-csid'[], lblen: 48, nflen: 24 }
    const csid = local({ action: 'End', ...compressed }, 'End flavors next-csid lblen 48 nflen 24')
    await prove(context, [psp])
    // iproute2 6.1 has no words for it.
    await prove(context, [{ dst: csid.dst, encap: csid.encap }]).catch((error) => {
      if (/flavor/i.test(String(error))) context.skip('this kernel has no compressed segments (Linux 6.1)')
      throw error
    })
  })
})

test('rpl', async (context) => {
  await prove(context, [
    { dst: net6(1), encap: { type: 'rpl', segs: [s1] }, words: `rpl segs 1 [ ${s1} ]` },
    { dst: net6(2), encap: { type: 'rpl', segs: [s1, s2, s3] }, words: `rpl segs 3 [ ${s1} ${s2} ${s3} ]` },
  ])
})

test('xfrm', async (context) => {
  await requireKinds(context, 'xfrm')
  await stage
    .ip('link add xfrm1 index 66061 type xfrm external')
    .catch(() => context.skip('this kernel has no external xfrm links (Linux 6.1)'))
  await stage.ip('link set xfrm1 addrgenmode none up')
  await prove(context, [
    { dst: net4(1), encap: { type: 'xfrm', ifId: 66_051 }, more: { dev: 'xfrm1' }, words: 'xfrm if_id 66051' },
    {
      dst: net4(2),
      encap: { type: 'xfrm', ifId: 66_052, linkDev: 'eth1' },
      more: { dev: 'xfrm1' },
      words: 'xfrm if_id 66052 link_dev eth1',
      reads: { linkDev: 66_055 },
    },
  ])
  await stage.ip('link delete xfrm1')
})

test('a refusal says which option it is about', async (context) => {
  const known = { dst: net4(1), via: gw4, encap: { type: 'mpls', labels: [100] } } as const
  await addRoute(known, where).catch(skipEncap(context, 'mpls'))
  await deleteRoute(known, where)
  await expect(addRoute({ ...known, encap: { type: 'mpls', labels: [100, 3] } }, where)).rejects.toMatchObject({
    code: 'EINVAL',
    kernelMessage: expect.stringMatching(/label/i),
    attribute: 'encap.labels',
    constant: 'MPLS_IPTUNNEL_DST',
  })
})

test('a refusal of an unknown encapsulation says so', async () => {
  const unknown = addRoute({ dst: net4(1), dev: 'eth0', encap: { type: 'other', number: 77, data: [] } }, where)
  await expect(unknown).rejects.toMatchObject({ kernelMessage: expect.stringMatching(/unknown.*encap/i) })
})

test('packets go to a segment, which unpacks and counts them', async (context) => {
  const link = (name: string, host: number) => [
    ...upWithoutAddress(name),
    `addr add fd00:1::${host}/64 dev ${name} nodad`,
  ]
  const far = await testNamespace([...upWithoutAddress('lo'), 'addr add fd00:2::2/128 dev lo nodad'])
  const near = await testNamespace([`link add eth0 type veth peer name eth0 netns ${far.name}`, ...link('eth0', 1)])
  for (const words of link('eth0', 2)) await far.ip(words)
  for (const dev of ['all', 'eth0']) await writeSysctl(`net.ipv6.conf.${dev}.seg6_enabled`, 1, { netns: far.name })
  const segment = 'fd00:f::2'
  const local = { type: 'seg6local', action: 'End.DT6', table: 255, counters: true } as const
  await addRoute({ dst: segment, dev: 'eth0', encap: local }, far.where).catch(skipEncap(context, 'seg6local'))
  await addRoute({ dst: segment, via: 'fd00:1::2' }, near.where)
  const encap = { type: 'seg6', mode: 'encap', segs: [segment] } as const
  await addRoute({ dst: 'fd00:2::2', dev: 'eth0', encap, mtu: 1280 }, near.where)
  const { packet } = await captureOne(far.name, 'eth0', ['ip6 proto 43'])
  const seen = await echo({ netns: near.name, address: 'fd00:1::1' }, { netns: far.name, address: 'fd00:2::2' })
  expect(seen).toBe('fd00:1::1')
  expect(await packet).toMatch(/fd00:1::1 > fd00:f::2: .*fd00:1::1\.7 > fd00:2::2\.7/)
  const [route] = await listRoutes({ dst: `${segment}/128` }, far.where)
  // Linux 5.14 and newer tell of them.
  const counted = route?.encap?.type === 'seg6local' ? route.encap.counters : undefined
  if (counted !== undefined) expect(counted.packets).toBeGreaterThanOrEqual(1n)
})
