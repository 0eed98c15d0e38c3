/** Everything that this library throws. `code` is the errno name where the kernel spoke, `ERR_RTNETLINK_…` elsewhere. */
import { inspect } from 'node:util'

/**
 * Whether the request that failed took effect: `true`, `false`, `'partly'` (the kernel applies the fields of a link in
 * order and stops at the first that it refuses), or `'unknown'` (the answer was lost, or nobody waited for it).
 */
export type Applied = boolean | 'partly' | 'unknown'

// Symbol.for: two copies of the library in one process recognise each other's errors.
const brand = Symbol.for('rtnetlink.error')

// Control characters (C0, DEL, C1), line separators, direction marks and lone surrogates (which stand for bytes that
// are not UTF-8): a link's name may hold them, and they must not reach a terminal or a log.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Makes text that comes from a name, an option or the kernel fit for a message. */
export function escapeText(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** Shows a value that a caller gave, shortened, on one line. */
export function show(value: unknown): string {
  const text = inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: 80,
    maxArrayLength: 8,
  })
  return escapeText(text.length > 160 ? `${text.slice(0, 160)}…` : text)
}

/** What all errors of this library have in common. */
export abstract class RtnetlinkError extends Error {
  abstract readonly code: string
  /** Whether the request took effect; `undefined` where that question makes no sense. */
  readonly applied?: Applied | undefined

  constructor(message: string, options?: { cause?: unknown; applied?: Applied | undefined }) {
    super(escapeText(message), options?.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    Object.defineProperty(this, brand, { value: new.target.name })
    if (options?.applied !== undefined) this.applied = options.applied
  }
}

/** What the kernel said about the value that it refused, from its own policy (`NLMSGERR_ATTR_POLICY`). */
export interface PolicyBounds {
  /** `'u8'`, `'string'` …, as the kernel names it. */
  readonly type?: string | undefined
  readonly min?: bigint | undefined
  readonly max?: bigint | undefined
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  readonly mask?: bigint | undefined
}

/** What a {@link KernelError} tells. */
export interface KernelErrorDetails {
  readonly code: string
  /** Positive. */
  readonly errno: number
  /** `RTM_NEWLINK` … */
  readonly request: string
  /** The kernel's own sentence (extended acknowledgement), unescaped. */
  readonly kernelMessage?: string | undefined
  /** Path of the attribute that the kernel objects to or misses: `linkInfo.data.id`. */
  readonly attribute?: string | undefined
  /** Its constant: `IFLA_VXLAN_ID`. */
  readonly constant?: string | undefined
  readonly policy?: PolicyBounds | undefined
  readonly applied?: Applied | undefined
  /** With `applied: 'partly'`: the options that did take effect. */
  readonly appliedOptions?: readonly string[] | undefined
}

/** The kernel refused a request. */
export class KernelError extends RtnetlinkError implements KernelErrorDetails {
  readonly code: string
  readonly errno: number
  readonly request: string
  readonly kernelMessage: string | undefined
  readonly attribute: string | undefined
  readonly constant: string | undefined
  readonly policy: PolicyBounds | undefined
  readonly appliedOptions: readonly string[] | undefined

  constructor(message: string, details: KernelErrorDetails, cause?: unknown) {
    super(message, { applied: details.applied ?? false, cause })
    this.code = details.code
    this.errno = details.errno
    this.request = details.request
    this.kernelMessage = details.kernelMessage
    this.attribute = details.attribute
    this.constant = details.constant
    this.policy = details.policy
    this.appliedOptions = details.appliedOptions
  }
}

/** A system call other than the kernel's answer failed: `socket`, `bind`, `sendto`, `recvmsg`, `setns` … */
export class SystemCallError extends RtnetlinkError {
  readonly code: string
  readonly errno: number
  readonly syscall: string

  constructor(message: string, details: { code: string; errno: number; syscall: string }, options?: ErrorOptions) {
    super(message, { ...options, applied: false })
    this.code = details.code
    this.errno = details.errno
    this.syscall = details.syscall
  }
}

/** The table changed while it was read, at every try. */
export class DumpInterruptedError extends RtnetlinkError {
  readonly code = 'ERR_RTNETLINK_DUMP_INTERRUPTED'

  constructor(
    message: string,
    /** What the last try read: it may miss objects and name others twice. */
    readonly partial: readonly unknown[],
    readonly attempts: number,
  ) {
    super(message)
  }
}

/** An answer was lost: the request may or may not have been applied. Read back to know. */
export class OutcomeUnknownError extends RtnetlinkError {
  readonly code = 'ERR_RTNETLINK_OUTCOME_UNKNOWN'

  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, applied: 'unknown' })
  }
}

/** A value does not fit; nothing was sent. */
export class InvalidArgumentError extends RtnetlinkError {
  readonly code = 'ERR_RTNETLINK_INVALID_ARGUMENT'
  /** The option, as the caller wrote it: `peer.mtu`. */
  readonly path: string
  /** The kernel's name for it, where it is one attribute. */
  readonly constant: string | undefined
  readonly expected: string
  readonly actual: unknown

  constructor(
    path: string,
    expected: string,
    actual: unknown,
    options?: { constant?: string | undefined; doing?: string | undefined },
  ) {
    const where = options?.constant === undefined ? path : `${path} (${options.constant})`
    const doing = options?.doing === undefined ? '' : `cannot ${options.doing}: `
    super(`${doing}${where === '' ? 'argument' : where}: expected ${expected}, got ${show(actual)}`, { applied: false })
    this.path = path
    this.constant = options?.constant
    this.expected = expected
    this.actual = actual
  }
}

/** Bytes from outside are malformed. */
export class DecodeError extends RtnetlinkError {
  readonly code = 'ERR_RTNETLINK_DECODE'

  constructor(
    problem: string,
    readonly path: string,
    /** Counted from the start of the bytes that were decoded. */
    readonly offset: number,
  ) {
    super(`malformed ${path === '' ? 'message' : path} at byte ${offset}: ${problem}`)
  }
}

/** What is wrong with a namespace. */
export type NetnsProblem = 'absent' | 'exists' | 'not-a-namespace' | 'wrong-namespace'

/** There is no such namespace, or it is not one, or a socket turned out to belong to another one. */
export class NetnsError extends RtnetlinkError {
  readonly code: string

  constructor(
    message: string,
    readonly problem: NetnsProblem,
    options?: ErrorOptions,
  ) {
    super(message, { ...options, applied: false })
    this.code = `ERR_RTNETLINK_NETNS_${problem.replaceAll('-', '_').toUpperCase()}`
  }
}

/** Used after, or pending at, `close()`. */
export class ClosedError extends RtnetlinkError {
  readonly code = 'ERR_RTNETLINK_CLOSED'
}

/** Given up by the caller's signal or deadline. `applied: 'unknown'` when the request had left by then. */
export class AbortError extends RtnetlinkError {
  readonly code: 'ERR_RTNETLINK_ABORTED' | 'ERR_RTNETLINK_TIMEOUT'
  /** Of a batch: what became of the items that it had taken by then. */
  readonly outcomes?: readonly unknown[]

  constructor(message: string, options: { cause?: unknown; applied: Applied; timedOut: boolean }) {
    super(message, options)
    this.code = options.timedOut ? 'ERR_RTNETLINK_TIMEOUT' : 'ERR_RTNETLINK_ABORTED'
  }

  /** @internal */
  withOutcomes(outcomes: readonly unknown[]): this {
    return Object.assign(this, { outcomes })
  }
}

function isBranded(error: unknown, name: string): error is RtnetlinkError {
  return error instanceof Error && (error as { [brand]?: unknown })[brand] === name
}

/**
 * Whether the kernel refused, and with this code: `isKernelError(error, 'EEXIST')`.
 * Also true for errors of another copy of the library in the same process, where `instanceof` fails.
 */
export function isKernelError(error: unknown, code?: string): error is KernelError {
  return isBranded(error, 'KernelError') && (code === undefined || error.code === code)
}
