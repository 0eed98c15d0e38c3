/** Links that stand on another one and die with it: VLANs of all sorts. `ip link add link eth0 …` */
import { required } from '../../rtnetlink/options.js'
import type { CreateOptions } from '../create.js'
import type { Values } from '../kind.js'
import type { LinkRef } from '../link-ref.js'

export interface StackedOptions extends CreateOptions {
  /** The link below, in the caller's namespace also where `netns` is another one. This link goes when that one goes. `link` */
  readonly link: LinkRef
}

/** The kernel says no more than EINVAL. */
export function requireLink(when: 'create' | 'update', common: Readonly<Values>): void {
  if (when === 'create') required(common, 'link', 'a link: its name, its index, or an object with its index')
}
