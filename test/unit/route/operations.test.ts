import { describe, expect, test } from 'vitest'
import { listRoutes } from '../../../lib/route/list.js'
import { lookupRoute } from '../../../lib/route/lookup.js'
import { listMulticastRoutes } from '../../../lib/route/multicast.js'
import {
  addRoute,
  appendRoute,
  deleteRoute,
  prependRoute,
  replaceRoute,
  updateRoute,
} from '../../../lib/route/operations.js'
import type { RouteDeletion, RouteOptions } from '../../../lib/route/options.js'
import type { Route } from '../../../lib/route/route.js'
import { refusal } from '../../support/links.js'
import { runSteps, testFixtures } from '../../support/requests.js'

const net4 = '10.20.30.0/24'
const gw4 = '10.1.2.9'
const net6 = '2001:db8:20:30::/60'
const gw6 = '2001:db8:1:2::9'

type Options = Partial<RouteOptions>
const add =
  (options: Options, dst = net4) =>
  () =>
    addRoute.op({ dst, ...options })
const via = (options: Options = {}) => add({ via: gw4, ...options })
const add6 = (options: Options) => add(options, net6)
const via6 = (options: Options = {}) => add6({ via: gw6, ...options })
const lookup = (options: Partial<Parameters<typeof lookupRoute.op>[0]> = {}) => ({
  4: () => lookupRoute.op({ dst: gw4, ...options }),
  6: () => lookupRoute.op({ dst: gw6, ...options }),
})

const sid = '2001:db8:a:b:c:d:e:f'
const onVxlan = { encap: { type: 'ip6', id: 66_051, dst: sid, hoplimit: 66 }, dev: 'vxlan1' } as const
const noScope = 'the kernel overlooks the scope of an IPv6 route, so it is refused'
const unless = {
  'differs: flags = "0x5", ip "0x1"': 'a look-up is acknowledged too: how its reply is known to be complete',
}
const mplsOnly = 'the kernel reads it in MPLS routes only'

describe('bytes as iproute2 sends them', () => {
  testFixtures('route-ipv4', {
    unless,
    same: {
      [`ip route add ${net4} encap ip id 66051 src 10.1.2.3 dst 10.4.5.6 ttl 66 tos 18 dev vxlan1`]: add({
        ...{ encap: { type: 'ip', id: 66_051, src: '10.1.2.3', dst: '10.4.5.6', ttl: 66, tos: 0x18 }, dev: 'vxlan1' },
      }),
      [`ip route add ${net4} encap ip6 id 66051 dst ${sid} hoplimit 66 dev vxlan1`]: add(onVxlan),
      [`ip route add ${net4} encap mpls 258/513 via ${gw4}`]: via({ encap: { type: 'mpls', labels: [258, 513] } }),
      [`ip route add ${net4} encap seg6 mode encap segs ${sid} dev eth0`]: add({
        ...{ encap: { type: 'seg6', mode: 'encap', segs: [sid] }, dev: 'eth0' },
      }),
      [`ip route add ${net4} via ${gw4}`]: via(),
      [`ip route add ${net4} via ${gw4} dev eth0`]: via({ dev: 'eth0' }),
      [`ip route add ${net4} dev eth0`]: add({ dev: 'eth0' }),
      [`ip route add ${net4} via 172.20.1.2 dev eth0 onlink`]: add({ via: '172.20.1.2', dev: 'eth0', onlink: true }),
      [`ip route add ${net4} via ${gw4} dev eth0 table 10`]: via({ dev: 'eth0', table: 10 }),
      [`ip route add ${net4} via ${gw4} dev eth0 table 255`]: via({ dev: 'eth0', table: 255 }),
      [`ip route add ${net4} via ${gw4} dev eth0 table 256`]: via({ dev: 'eth0', table: 256 }),
      [`ip route add ${net4} via ${gw4} dev eth0 table 16909060`]: via({ dev: 'eth0', table: 16_909_060 }),
      [`ip route add ${net4} via ${gw4} dev eth0 table local`]: via({ dev: 'eth0', table: 'local' }),
      [`ip route add ${net4} dev eth0 metric 66051`]: add({ dev: 'eth0', metric: 66_051 }),
      [`ip route add ${net4} dev eth0 scope link`]: add({ dev: 'eth0', scope: 'link' }),
      [`ip route add ${net4} dev eth0 scope host`]: add({ dev: 'eth0', scope: 'host' }),
      [`ip route add ${net4} dev eth0 scope global`]: add({ dev: 'eth0', scope: 'global' }),
      [`ip route add ${net4} dev eth0 scope 66`]: add({ dev: 'eth0', scope: 66 }),
      [`ip route add ${net4} via ${gw4} proto static`]: via({ proto: 'static' }),
      [`ip route add ${net4} via ${gw4} proto 66`]: via({ proto: 66 }),
      [`ip route add ${net4} via ${gw4} proto bgp`]: via({ proto: 'bgp' }),
      [`ip route add ${net4} dev eth0 src 10.1.2.3`]: add({ dev: 'eth0', src: '10.1.2.3' }),
      [`ip route add ${net4} via ${gw4} tos 0x14`]: via({ tos: 0x14 }),
      [`ip route add ${net4} via ${gw4} mtu 4660`]: via({ mtu: 4660 }),
      [`ip route add ${net4} via ${gw4} mtu lock 4660`]: via({ mtu: 4660, lock: ['mtu'] }),
      [`ip route add ${net4} via ${gw4} advmss 4660`]: via({ advmss: 4660 }),
      [`ip route add ${net4} via ${gw4} advmss lock 4660`]: via({ advmss: 4660, lock: ['advmss'] }),
      [`ip route add ${net4} via ${gw4} hoplimit 66`]: via({ hoplimit: 66 }),
      [`ip route add ${net4} via ${gw4} hoplimit lock 66`]: via({ hoplimit: 66, lock: ['hoplimit'] }),
      [`ip route add ${net4} via ${gw4} rtt 258`]: via({ rtt: 258 / 8 }),
      [`ip route add ${net4} via ${gw4} rtt 258ms`]: via({ rtt: 258 }),
      [`ip route add ${net4} via ${gw4} rtt 3s`]: via({ rtt: 3000 }),
      [`ip route add ${net4} via ${gw4} rtt lock 258`]: via({ rtt: 258 / 8, lock: ['rtt'] }),
      [`ip route add ${net4} via ${gw4} rttvar 258`]: via({ rttvar: 258 / 4 }),
      [`ip route add ${net4} via ${gw4} reordering 66051`]: via({ reordering: 66_051 }),
      [`ip route add ${net4} via ${gw4} window 66051`]: via({ window: 66_051 }),
      [`ip route add ${net4} via ${gw4} window lock 66051`]: via({ window: 66_051, lock: ['window'] }),
      [`ip route add ${net4} via ${gw4} cwnd lock 66051`]: via({ cwnd: 66_051, lock: ['cwnd'] }),
      [`ip route add ${net4} via ${gw4} initcwnd 66051`]: via({ initcwnd: 66_051 }),
      [`ip route add ${net4} via ${gw4} initrwnd 66051`]: via({ initrwnd: 66_051 }),
      [`ip route add ${net4} via ${gw4} ssthresh 66051`]: via({ ssthresh: 66_051 }),
      [`ip route add ${net4} via ${gw4} rto_min 258`]: via({ rtoMin: 258 }),
      [`ip route add ${net4} via ${gw4} rto_min 3s`]: via({ rtoMin: 3000 }),
      [`ip route add ${net4} via ${gw4} features ecn`]: via({ features: ['ecn'] }),
      [`ip route add ${net4} via ${gw4} quickack 1`]: via({ quickack: true }),
      [`ip route add ${net4} via ${gw4} congctl reno`]: via({ congctl: 'reno' }),
      [`ip route add ${net4} via ${gw4} congctl lock reno`]: via({ congctl: 'reno', lock: ['congctl'] }),
      [`ip route add ${net4} via ${gw4} fastopen_no_cookie 1`]: via({ fastopenNoCookie: true }),
      [`ip route add ${net4} via ${gw4} realms 66/77`]: via({ realms: { from: 66, to: 77 } }),
      [`ip route add ${net4} via ${gw4} realm 66`]: via({ realms: { to: 66 } }),
      [`ip route add ${net4} via ${gw4} mtu lock 4660 advmss 1402 initcwnd 258 initrwnd 513 hoplimit 66`]: via({
        mtu: 4660,
        lock: ['mtu'],
        advmss: 1402,
        initcwnd: 258,
        initrwnd: 513,
        hoplimit: 66,
      }),
      [`ip route add ${net4} via inet6 fe80::1:2 dev eth0`]: add({ via: 'fe80::1:2', dev: 'eth0' }),
      [`ip route add ${net4} via inet6 ${gw6} dev eth0`]: add({ via: gw6, dev: 'eth0' }),
      [`ip route add ${net4} nexthop via ${gw4} dev eth0 weight 3 nexthop via 10.9.8.9 dev eth1 weight 66`]: add({
        nexthops: [
          { via: gw4, dev: 'eth0', weight: 3 },
          { via: '10.9.8.9', dev: 'eth1', weight: 66 },
        ],
      }),
      [`ip route add ${net4} nexthop via ${gw4} nexthop via 10.9.8.9`]: add({
        nexthops: [{ via: gw4 }, { via: '10.9.8.9' }],
      }),
      [`ip route add ${net4} nexthop dev eth0 weight 3 nexthop dev eth1 weight 256`]: add({
        nexthops: [
          { dev: 'eth0', weight: 3 },
          { dev: 'eth1', weight: 256 },
        ],
      }),
      [`ip route add ${net4} nexthop via 172.20.1.2 dev eth0 onlink weight 3 nexthop via inet6 fe80::1:2 dev eth1 weight 5`]:
        add({
          nexthops: [
            { via: '172.20.1.2', dev: 'eth0', onlink: true, weight: 3 },
            { via: 'fe80::1:2', dev: 'eth1', weight: 5 },
          ],
        }),
      [`ip route add ${net4} mtu 4660 nexthop via ${gw4} weight 3 nexthop via 10.9.8.9 weight 5`]: add({
        mtu: 4660,
        nexthops: [
          { via: gw4, weight: 3 },
          { via: '10.9.8.9', weight: 5 },
        ],
      }),
      [`ip route add ${net4} nexthop via ${gw4} dev eth0 weight 3`]: add({
        nexthops: [{ via: gw4, dev: 'eth0', weight: 3 }],
      }),
      [`ip route add ${net4} nhid 66051`]: add({ nhid: 66_051 }),
      [`ip route add default via ${gw4}`]: add({ via: gw4 }, 'default'),
      [`ip route add 0.0.0.0/0 via ${gw4}`]: add({ via: gw4 }, '0.0.0.0/0'),
      [`ip route add 10.20.30.40 via ${gw4}`]: add({ via: gw4 }, '10.20.30.40'),
      [`ip route add 10.20.30.40/31 via ${gw4}`]: add({ via: gw4 }, '10.20.30.40/31'),
      [`ip route add blackhole ${net4}`]: add({ type: 'blackhole' }),
      [`ip route add unreachable ${net4}`]: add({ type: 'unreachable' }),
      [`ip route add prohibit ${net4}`]: add({ type: 'prohibit' }),
      [`ip route add throw ${net4} table 10`]: add({ type: 'throw', table: 10 }),
      [`ip route add local ${net4} dev lo`]: add({ type: 'local', dev: 'lo' }),
      'ip route add broadcast 10.20.30.255 dev eth0': add({ type: 'broadcast', dev: 'eth0' }, '10.20.30.255'),
      'ip route add multicast 239.1.2.0/24 dev eth0': add({ type: 'multicast', dev: 'eth0' }, '239.1.2.0/24'),
      'ip route add anycast 10.20.30.9 dev eth0': add({ type: 'anycast', dev: 'eth0' }, '10.20.30.9'),
      [`ip route add nat ${net4} via ${gw4}`]: add({ type: 10, via: gw4 }),
      [`ip route add unicast ${net4} via ${gw4}`]: add({ type: 'unicast', via: gw4 }),
      'ip route add unreachable default metric 4278198272': add(
        { type: 'unreachable', metric: 4_278_198_272 },
        'default',
      ),
      [`ip route append ${net4} via ${gw4}`]: () => appendRoute.op({ dst: net4, via: gw4 }),
      [`ip route append ${net4} via ${gw4} metric 66051`]: () =>
        appendRoute.op({ dst: net4, via: gw4, metric: 66_051 }),
      [`ip route replace ${net4} via ${gw4}`]: () => replaceRoute.op({ dst: net4, via: gw4 }),
      [`ip route prepend ${net4} via ${gw4}`]: () => prependRoute.op({ dst: net4, via: gw4 }),
      [`ip route change ${net4} via ${gw4}`]: () => updateRoute.op({ dst: net4, via: gw4 }),
      [`ip route del ${net4}`]: () => deleteRoute.op({ dst: net4, any: true }),
      [`ip route del ${net4} via ${gw4} dev eth0`]: () => deleteRoute.op({ dst: net4, via: gw4, dev: 'eth0' }),
      [`ip route del ${net4} table 16909060 metric 66051 proto static`]: () =>
        deleteRoute.op({ dst: net4, table: 16_909_060, metric: 66_051, proto: 'static' }),
      [`ip route del blackhole ${net4}`]: () => deleteRoute.op({ dst: net4, type: 'blackhole' }),
      'ip route del default': () => deleteRoute.op({ dst: 'default', any: true }),
      [`ip route get ${gw4}`]: lookup()[4],
      [`ip route get ${gw4} from 10.1.2.3`]: lookup({ from: '10.1.2.3' })[4],
      [`ip route get 10.1.2.3 from ${gw4} iif eth0`]: () => lookupRoute.op({ dst: '10.1.2.3', from: gw4, iif: 'eth0' }),
      [`ip route get ${gw4} oif eth0`]: lookup({ oif: 'eth0' })[4],
      [`ip route get ${gw4} mark 0x1020304`]: lookup({ mark: 0x1020304 })[4],
      [`ip route get ${gw4} uid 66051`]: lookup({ uid: 66_051 })[4],
      [`ip route get ${gw4} tos 0x14`]: lookup({ tos: 0x14 })[4],
      [`ip route get ${gw4} ipproto tcp sport 4660 dport 22136`]: lookup({
        ipproto: 'tcp',
        sport: 4660,
        dport: 22_136,
      })[4],
      [`ip route get fibmatch ${gw4}`]: lookup({ fibMatch: true })[4],
      [`ip -6 route get fibmatch ${gw6}`]: lookup({ fibMatch: true })[6],
      [`ip route get ${gw4}/32 oif eth1 mark 4660 uid 66051`]: lookup({ oif: 'eth1', mark: 4660, uid: 66_051 })[4],
    },
    beyond: {
      [`ip route add ${net4} as to 10.9.9.9 via ${gw4}`]: 'the kernel reads RTA_NEWDST in MPLS routes only',
      [`ip -f mpls route add 258 as 513/769 via inet ${gw4} dev eth0`]: 'MPLS routes are not offered',
      [`ip route add ${net4} via ${gw4} ttl-propagate enabled`]: mplsOnly,
      [`ip route add ${net4} via ${gw4} ttl-propagate disabled`]: mplsOnly,
      [`ip route test ${net4}`]: 'a word of ip without meaning: a route that leads nowhere, made exclusively',
    },
  })
  testFixtures('route-ipv6', {
    unless,
    same: {
      [`ip -6 route add ${net6} encap seg6 mode inline segs ${sid} dev eth0`]: add6({
        ...{ encap: { type: 'seg6', mode: 'inline', segs: [sid] }, dev: 'eth0' },
      }),
      [`ip -6 route add ${net6} encap ip6 id 66051 dst ${sid} hoplimit 66 dev vxlan1`]: add6(onVxlan),
      [`ip -6 route add ${net6} via ${gw6}`]: via6(),
      [`ip route add ${net6} via ${gw6}`]: via6(),
      [`ip -6 route add ${net6} via fe80::1:2 dev eth0`]: add6({ via: 'fe80::1:2', dev: 'eth0' }),
      [`ip -6 route add ${net6} dev eth0`]: add6({ dev: 'eth0' }),
      [`ip -6 route add ${net6} via 2001:db8:ffff::2 dev eth0 onlink`]: add6({
        via: '2001:db8:ffff::2',
        dev: 'eth0',
        onlink: true,
      }),
      [`ip -6 route add ${net6} via ${gw6} table 10`]: via6({ table: 10 }),
      [`ip -6 route add ${net6} via ${gw6} table 16909060`]: via6({ table: 16_909_060 }),
      [`ip -6 route add ${net6} dev eth0 metric 66051`]: add6({ dev: 'eth0', metric: 66_051 }),
      [`ip -6 route add ${net6} via ${gw6} proto static`]: via6({ proto: 'static' }),
      [`ip -6 route add ${net6} dev eth0 src 2001:db8:1:2::3`]: add6({ dev: 'eth0', src: '2001:db8:1:2::3' }),
      [`ip -6 route add ${net6} via ${gw6} mtu 4660`]: via6({ mtu: 4660 }),
      [`ip -6 route add ${net6} via ${gw6} mtu lock 4660`]: via6({ mtu: 4660, lock: ['mtu'] }),
      [`ip -6 route add ${net6} via ${gw6} advmss 4660 hoplimit 66`]: via6({ advmss: 4660, hoplimit: 66 }),
      [`ip -6 route add ${net6} via ${gw6} pref low`]: via6({ pref: 'low' }),
      [`ip -6 route add ${net6} via ${gw6} pref medium`]: via6({ pref: 'medium' }),
      [`ip -6 route add ${net6} via ${gw6} pref high`]: via6({ pref: 'high' }),
      [`ip -6 route add ${net6} via ${gw6} expires 66051`]: via6({ expires: 66_051 }),
      [`ip -6 route add ${net6} from 2001:db8:a::/48 via ${gw6}`]: via6({ from: '2001:db8:a::/48' }),
      [`ip -6 route add ${net6} nexthop via ${gw6} dev eth0 weight 3 nexthop via fe80::1:2 dev eth1 weight 66`]: add6({
        nexthops: [
          { via: gw6, dev: 'eth0', weight: 3 },
          { via: 'fe80::1:2', dev: 'eth1', weight: 66 },
        ],
      }),
      [`ip -6 route add ${net6} nexthop via ${gw6} nexthop via 2001:db8:9:8::9`]: add6({
        nexthops: [{ via: gw6 }, { via: '2001:db8:9:8::9' }],
      }),
      [`ip -6 route add ${net6} nhid 66051`]: add6({ nhid: 66_051 }),
      'ip -6 route add default via fe80::1:2 dev eth0': add({ via: 'fe80::1:2', dev: 'eth0' }, 'default'),
      [`ip -6 route add 2001:db8:20:30::40 via ${gw6}`]: add({ via: gw6 }, '2001:db8:20:30::40'),
      [`ip -6 route add blackhole ${net6}`]: add6({ type: 'blackhole' }),
      [`ip -6 route add unreachable ${net6}`]: add6({ type: 'unreachable' }),
      [`ip -6 route add prohibit ${net6}`]: add6({ type: 'prohibit' }),
      [`ip -6 route add throw ${net6} table 10`]: add6({ type: 'throw', table: 10 }),
      [`ip -6 route add local ${net6} dev lo`]: add6({ type: 'local', dev: 'lo' }),
      'ip -6 route add multicast ff0e::102:0/112 dev eth0': add({ type: 'multicast', dev: 'eth0' }, 'ff0e::102:0/112'),
      'ip -6 route add anycast 2001:db8:20:30::7 dev eth0': add({ type: 'anycast', dev: 'eth0' }, '2001:db8:20:30::7'),
      [`ip -6 route append ${net6} via ${gw6}`]: () => appendRoute.op({ dst: net6, via: gw6 }),
      [`ip -6 route replace ${net6} via ${gw6}`]: () => replaceRoute.op({ dst: net6, via: gw6 }),
      [`ip -6 route change ${net6} via ${gw6}`]: () => updateRoute.op({ dst: net6, via: gw6 }),
      [`ip -6 route del ${net6}`]: () => deleteRoute.op({ dst: net6, any: true }),
      [`ip -6 route del ${net6} via ${gw6} dev eth0`]: () => deleteRoute.op({ dst: net6, via: gw6, dev: 'eth0' }),
      [`ip route get ${gw6}`]: lookup()[6],
      [`ip route get ${gw6} from 2001:db8:1:2::3`]: lookup({ from: '2001:db8:1:2::3' })[6],
      [`ip route get 2001:db8:1:2::3 from ${gw6} iif eth0`]: () =>
        lookupRoute.op({ dst: '2001:db8:1:2::3', from: gw6, iif: 'eth0' }),
      [`ip route get ${gw6} oif eth0`]: lookup({ oif: 'eth0' })[6],
      [`ip route get ${gw6} mark 0x1020304 uid 66051`]: lookup({ mark: 0x1020304, uid: 66_051 })[6],
    },
    beyond: {
      [`ip -6 route add ${net6} dev eth0 scope link`]: noScope,
    },
  })
  testFixtures('route-lookup', {
    unless,
    same: {
      [`ip route get ${gw4} notify`]: lookup({ notify: true })[4],
      [`ip route get ${gw4} dsfield 0x14 sport 4660 dport 22136 ipproto udp`]: lookup({
        ...{ tos: 0x14, sport: 4660, dport: 22_136, ipproto: 'udp' },
      })[4],
      [`ip route get ${gw6} flowlabel 0x12345`]: lookup({ flowlabel: 0x12345 })[6],
    },
  })
  const everyTable = { 'ip alone: 15 = fe000000': 'what was learned is listed of all tables' }
  testFixtures('route-dumps', {
    same: {
      'ip route show cache': () => ({ op: listRoutes.op({ family: 'inet', table: 'cache' }), except: everyTable }),
      'ip -6 route show cache': () => ({ op: listRoutes.op({ family: 'inet6', table: 'cache' }), except: everyTable }),
      'ip route show table all type local dev eth0': () => ({
        op: listRoutes.op({ table: 'all', type: 'local', dev: 'eth0' }),
        except: { 'differs: rtm_type = "local", ip "unspec"': 'ip leaves it out of the request, and looks itself' },
      }),
      'ip route show root 10.0.0.0/8 proto kernel': () => listRoutes.op({ root: '10.0.0.0/8', proto: 'kernel' }),
      'ip mroute show': () => listMulticastRoutes.op({ family: 'inet', table: 'default' }),
      'ip -6 mroute show': () => listMulticastRoutes.op({ family: 'inet6' }),
    },
  })
  testFixtures('topologies', {
    only: (command) => command.includes(' route '),
    same: {
      'ip route add 192.168.231.0/24 via 192.168.231.0 dev vxlan.99 onlink': add(
        { via: '192.168.231.0', dev: 'vxlan.99', onlink: true },
        '192.168.231.0/24',
      ),
      'ip route add 172.246.0.0/24 via 192.168.32.246 dev eth0 onlink': add(
        { via: '192.168.32.246', dev: 'eth0', onlink: true },
        '172.246.0.0/24',
      ),
      'ip -n ns0 route add default via 172.245.0.1 dev eth0': () => ({
        op: addRoute.op({ dst: 'default', via: '172.245.0.1', dev: 'eth0' }),
        except: { 'differs: 4 = 03020100, ip 22020100': 'the link of that name in another namespace of the stage' },
      }),
      'ip route add 172.246.0.0/24 via 172.245.1.2 dev tun245': add(
        { via: '172.245.1.2', dev: 'tun245' },
        '172.246.0.0/24',
      ),
      'ip route add 172.246.0.0/24 via 192.168.32.246 dev flannel.ipip onlink': add(
        { via: '192.168.32.246', dev: 'flannel.ipip', onlink: true },
        '172.246.0.0/24',
      ),
      'ip route add 172.246.0.0/24 via 172.246.0.0 dev vtep245 onlink': add(
        { via: '172.246.0.0', dev: 'vtep245', onlink: true },
        '172.246.0.0/24',
      ),
      'ip route add 172.18.0.0/24 dev vxlan100': add({ dev: 'vxlan100' }, '172.18.0.0/24'),
    },
  })
  testFixtures('dumps', {
    only: (command) => command.includes(' route '),
    same: {
      'ip -4 route show': () => listRoutes.op({ family: 'inet' }),
      'ip route show': () => listRoutes.op({ family: 'inet' }),
      'ip -6 route show': () => listRoutes.op({ family: 'inet6' }),
      'ip route show table 10': () => listRoutes.op({ family: 'inet', table: 10 }),
      'ip route show table 16909060': () => listRoutes.op({ family: 'inet', table: 16_909_060 }),
      'ip route show table all': () => listRoutes.op({ table: 'all' }),
      'ip route show dev eth0': () => listRoutes.op({ family: 'inet', dev: 'eth0' }),
      'ip -6 route show table 10 dev eth0 proto static': () =>
        listRoutes.op({ family: 'inet6', table: 10, dev: 'eth0', proto: 'static' }),
    },
  })
})

const links = { eth0: 66_051 }

describe('refused before anything is sent', () => {
  const expectRefusal = (path: string, options: object, make: (options: never) => ReturnType<typeof addRoute.op>) => {
    expect(refusal(make(options as never), { links })).toEqual({ path, expected: expect.any(String), changes: [] })
  }

  test.each<[path: string, options: object]>([
    ['dst', {}],
    ['dst', { dst: '' }],
    ['dst', { dst: null, via: gw4 }],
    ['dst', { dst: 7, via: gw4 }],
    ['dst', { dst: 'defaults', via: gw4 }],
    ['dst', { dst: '10.20.30.1/24', via: gw4 }],
    ['dst', { dst: '10.20.30.0/33', via: gw4 }],
    ['dst', { dst: net4, family: 'inet6', via: gw4 }],
    ['family', { dst: 'default', family: 'inet4', via: gw4 }],
    ['via', { dst: net4 }],
    ['via', { dst: net6, via: gw4 }],
    ['via', { dst: 'default', family: 'inet6', via: gw4 }],
    ['via', { dst: net4, via: '10.1.2' }],
    ['via', { dst: 'default', via: 'nonsense' }],
    ['via', { dst: net4, via: gw4, nexthops: [{ via: gw4 }] }],
    ['dev', { dst: net4, dev: 'eth0', nhid: 1 }],
    ['nexthops', { dst: net4, nhid: 1, nexthops: [{ via: gw4 }] }],
    ['onlink', { dst: net4, nexthops: [{ via: gw4 }], onlink: true }],
    ['onlink', { dst: net4, via: gw4, onlink: 'yes' }],
    ['dev', { dst: net4, dev: 0 }],
    ['table', { dst: net4, via: gw4, table: 0 }],
    ['table', { dst: net4, via: gw4, table: 'mine' }],
    ['table', { dst: net4, via: gw4, table: 2 ** 32 }],
    ['metric', { dst: net4, via: gw4, metric: -1 }],
    ['proto', { dst: net4, via: gw4, proto: 'nobody' }],
    ['proto', { dst: net4, via: gw4, proto: 256 }],
    ['scope', { dst: net4, via: gw4, scope: 'universe' }],
    ['scope', { dst: net6, via: gw6, scope: 'link' }],
    ['type', { dst: net4, via: gw4, type: 'uncast' }],
    ['type', { dst: net4, via: gw4, type: 'unspec' }],
    ['type', { dst: net4, via: gw4, type: 256 }],
    ['tos', { dst: net6, via: gw6, tos: 4 }],
    ['tos', { dst: net4, via: gw4, tos: 256 }],
    ['src', { dst: net4, via: gw4, src: gw6 }],
    ['src', { dst: net4, via: gw4, src: '10.1.2.3/24' }],
    ['from', { dst: net4, via: gw4, from: '10.1.2.0/24' }],
    ['from', { dst: net6, via: gw6, from: '10.1.2.0/24' }],
    ['from', { dst: net6, via: gw6, from: '2001:db8::1/64' }],
    ['expires', { dst: net4, via: gw4, expires: 60 }],
    ['expires', { dst: net6, via: gw6, expires: 0 }],
    ['pref', { dst: net4, via: gw4, pref: 'low' }],
    ['pref', { dst: net6, via: gw6, pref: 'lowest' }],
    ['realms', { dst: net6, via: gw6, realms: { to: 1 } }],
    ['realms', { dst: net4, via: gw4, realms: 7 }],
    ['realms.to', { dst: net4, via: gw4, realms: { to: 65_536 } }],
    ['realms.from', { dst: net4, via: gw4, realms: { from: 'nobody', to: 1 } }],
    ['realms.to', { dst: net4, via: gw4, realms: {} }],
    ['nhid', { dst: net4, nhid: 0 }],
    ['mtu', { dst: net4, via: gw4, mtu: 65_521 }],
    ['advmss', { dst: net4, via: gw4, advmss: 65_496 }],
    ['hoplimit', { dst: net4, via: gw4, hoplimit: 256 }],
    ['rtt', { dst: net4, via: gw4, rtt: 0.1 }],
    ['rtt', { dst: net4, via: gw4, rtt: 2 ** 29 }],
    ['quickack', { dst: net4, via: gw4, quickack: 1 }],
    ['features', { dst: net4, via: gw4, features: ['everything'] }],
    ['lock', { dst: net4, via: gw4, lock: ['speed'] }],
    ['lock', { dst: net4, via: gw4, rtoMin: 1, lock: 'mtu' }],
    ['congctl', { dst: net4, via: gw4, congctl: 'a-name-of-sixteen' }],
    ['metrics', { dst: net4, via: gw4, metrics: { mtu: 1400 } }],
    ['gateway', { dst: net4, gateway: gw4 }],
    ['any', { dst: net4, via: gw4, any: true }],
    ['nexthops', { dst: net4, nexthops: [] }],
    ['nexthops', { dst: net4, nexthops: { via: gw4 } }],
    ['nexthops[1]', { dst: net4, nexthops: [{ via: gw4 }, null] }],
    ['nexthops[1].via', { dst: net4, nexthops: [{ via: gw4 }, { via: 'x' }] }],
    ['nexthops[0].via', { dst: 'default', nexthops: [{ via: 'x' }] }],
    ['nexthops[0].via', { dst: net6, nexthops: [{ via: gw4 }] }],
    ['nexthops[0].weight', { dst: net4, nexthops: [{ via: gw4, weight: 0 }] }],
    ['nexthops[0].weight', { dst: net4, nexthops: [{ via: gw4, weight: 257 }] }],
    ['nexthops[0].onlink', { dst: net4, nexthops: [{ via: gw4, onlink: 1 }] }],
    ['nexthops[0].realms', { dst: net4, nexthops: [{ via: gw4, realms: 7 }] }],
    ['nexthops[0].realms', { dst: net6, nexthops: [{ via: gw6, realms: { to: 1 } }] }],
    ['nexthops[0].mtu', { dst: net4, nexthops: [{ via: gw4, mtu: 1400 }] }],
  ])('%s: addRoute(%o)', (path, options) => {
    expectRefusal(path, options, (given) => addRoute.op(given))
  })

  test.each<[path: string, options: object]>([
    ['dst', {}],
    ['dst', { dst: '', any: true }],
    ['dst', { dst: '0.0.0.0/0', any: true }],
    ['dst', { dst: '::/0', any: true }],
    ['any', { dst: 'default' }],
    ['any', { dst: net4 }],
    ['any', { dst: net4, any: false }],
    ['any', { dst: net4, any: 1 }],
    ['any', { dst: net4, metric: 0 }],
    ['any', { dst: net4, type: 'unspec' }],
    ['any', { dst: net4, table: 10, proto: 'static', scope: 'link', tos: 4 }],
    ['any', { dst: net6, proto: 'static' }],
    ['type', { dst: net6, type: 'blackhole', metric: 1024 }],
    ['src', { dst: net6, src: gw6, via: gw6 }],
    ['via', { dst: net6, via: gw4 }],
    ['mtu', { dst: net4, via: gw4, mtu: 1400 }],
  ])('%s: deleteRoute(%o)', (path, options) => {
    expectRefusal(path, options, (given) => deleteRoute.op(given))
  })
})

describe('deleteRoute', () => {
  const sent = (options: RouteDeletion) => {
    const [one, ...others] = runSteps(deleteRoute.op(options)).sent
    expect(others).toEqual([])
    return { header: one?.tree.header, attributes: [...(one?.tree.attributes.keys() ?? [])] }
  }
  const listed: Route = {
    family: 'inet',
    dst: net4,
    type: 'unicast',
    table: 'main',
    proto: 'static',
    scope: 'global',
    via: gw4,
    dev: 66_051,
    metric: 7,
    onlink: false,
    flags: [],
  }

  test('takes a listed route, and says all of it that the kernel compares', () => {
    const { header, attributes } = sent({ ...listed, tos: 4, metrics: { mtu: 1400, lock: ['mtu'] } } as Route)
    expect(header).toMatchObject({ rtm_table: 254, rtm_protocol: 'static', rtm_scope: 'global', rtm_type: 'unicast' })
    expect(header).toMatchObject({ rtm_tos: 4, rtm_dst_len: 24 })
    expect(attributes.sort((a, b) => a - b)).toEqual([1, 4, 5, 6, 8])
  })

  test('says nothing of a listed route that the kernel refuses to hear', () => {
    const route = { ...listed, nhid: 3, expires: 5, error: 'EACCES', unknown: [], realms: { to: 1 } }
    expect(sent(route).attributes.sort((a, b) => a - b)).toEqual([1, 6, 8, 30])
  })

  test('takes the next hops of a listed route', () => {
    const hop = { dev: 3, weight: 2, onlink: true, flags: ['onlink'] as const, via: gw4 }
    const { dev: _dev, via: _via, ...rest } = listed
    expect(sent({ ...rest, nexthops: [hop, { ...hop, via: '10.9.8.9' }] }).attributes).toContain(9)
  })

  test('tells a default route of IPv6 by family', () => {
    expect(sent({ dst: 'default', family: 'inet6', any: true })).toMatchObject({
      header: { rtm_family: 'inet6', rtm_dst_len: 0 },
      attributes: [1],
    })
  })
})

test('an IPv4 default route over IPv6 is one that says so', () => {
  const family = (options: RouteOptions) => runSteps(addRoute.op(options)).sent[0]?.tree
  const over6 = family({ dst: 'default', family: 'inet', via: 'fe80::1', dev: 2 })
  expect(over6?.header.rtm_family).toBe('inet')
  expect([...(over6?.attributes.keys() ?? [])]).toEqual([18, 4])
  expect(family({ dst: 'default', via: 'fe80::1', dev: 2 })?.header.rtm_family).toBe('inet6')
  expect(family({ dst: 'default', dev: 2 })?.header.rtm_family).toBe('inet')
  expect(family({ dst: 'default', dev: 2, src: 'fd00::1' })?.header.rtm_family).toBe('inet6')
  expect(family({ dst: 'default', dev: 2, from: 'fd00::/64' })?.header.rtm_family).toBe('inet6')
  expect(family({ dst: 'default', nexthops: [{ via: 'fd00::1' }] })?.header.rtm_family).toBe('inet6')
})
