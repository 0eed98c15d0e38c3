/** What a failed system call most likely means, where its errno alone says too little. */
import { SystemCallError } from '../errors.js'

/** `'bind EACCES'` → what to say of it. */
export type Hints = Readonly<Record<string, string>>

/** The error with its hint, if there is one for it. */
export function hinted(error: unknown, doing: string, hints: Hints): unknown {
  if (!(error instanceof SystemCallError)) return error
  const { code, errno, syscall } = error
  const hint = hints[`${syscall} ${code}`]
  if (hint === undefined) return error
  return new SystemCallError(`cannot ${doing}: ${hint} [${code}]`, { code, errno, syscall }, { cause: error })
}
