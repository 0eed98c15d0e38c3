/** The links of live tests of neighbours: a veth whose other end is a port of a bridge. Without addresses of their own they ask nobody anything. */
import { upWithoutAddress } from './namespace.js'

export const neighbourLinks = [
  'link add eth0 index 258 type veth peer name eth1 index 772',
  'link add br0 index 1286 type bridge',
  'link set eth1 master br0',
  ...['eth0', 'eth1', 'br0'].flatMap(upWithoutAddress),
]
