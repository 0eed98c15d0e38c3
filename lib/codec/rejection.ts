/**
 * A value does not fit. Thrown by the codec that sees it, which does not know where it stands; every container on the
 * way out puts its own name in front of `path`, and whoever knows the operation makes an InvalidArgumentError of it.
 */
export class Rejection {
  readonly path: string[] = []
  constant: string | undefined

  constructor(
    readonly expected: string,
    readonly actual: unknown,
  ) {}

  /** Puts the name of what surrounds the value in front of its path. */
  within(name: string, constant?: string): this {
    if (name !== '') this.path.unshift(name)
    this.constant ??= constant
    return this
  }
}

/** `peer.mtu`, `hops[1].via`. */
export function joinPath(names: readonly string[]): string {
  return names.reduce((path, name) => (path === '' || name.startsWith('[') ? path + name : `${path}.${name}`), '')
}

/** Runs `body`; a rejection out of it is said to concern the member `name`. */
export function within<T>(name: string, body: () => T, constant?: string): T {
  try {
    return body()
  } catch (error) {
    throw error instanceof Rejection ? error.within(name, constant) : error
  }
}
