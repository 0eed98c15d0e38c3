/** Names and sentences of error numbers. */
import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'

// Two names share a number in places; these are the ones that the kernel's documentation uses.
const preferred = new Set(['EAGAIN', 'EOPNOTSUPP', 'EDEADLK'])

const names = new Map<number, string>()
for (const [name, number] of Object.entries(constants.errno)) {
  if (!names.has(number) || preferred.has(name)) names.set(number, name)
}
// Numbers that reach user space although Node knows no name for them.
for (const [name, number] of Object.entries({ ENOTUNIQ: 76, EBADFD: 77, ENOKEY: 126, ENOTSUPP: 524 })) {
  if (!names.has(number)) names.set(number, name)
}

/** `17` → `'EEXIST'`. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `E${errno}`
}

// What these mean in an answer of rtnetlink; the C library's sentences speak of files and addresses.
const sentences: Readonly<Record<string, string>> = {
  EPERM: 'not permitted: this needs the capability CAP_NET_ADMIN in the user namespace that owns the network namespace',
  EEXIST: 'it exists already',
  ENODEV: 'no such link',
  ESRCH: 'no such object',
  ENOENT: 'no such object',
  EOPNOTSUPP: 'not supported by this kernel, or not for this kind of object',
  EADDRNOTAVAIL: 'no such address',
}

/** A sentence for an error number for which the kernel gave none. */
export function errnoSentence(errno: number): string {
  const name = errnoName(errno)
  return sentences[name] ?? getSystemErrorMap().get(-errno)?.[1] ?? 'unknown error'
}
