/** The error that the kernel owes: it said yes and did something else, or was not asked because it would have. */
import { constants } from 'node:os'
import { KernelError, type KernelErrorDetails } from '../errors.js'

type Code = keyof typeof constants.errno

/** `message` is the whole sentence but for the code, which is put behind it. */
export function owedError(
  request: string,
  code: Code,
  message: string,
  partly: Pick<KernelErrorDetails, 'applied' | 'appliedOptions'> = {},
): KernelError {
  return new KernelError(`${message} [${code}]`, { code, errno: constants.errno[code], request, ...partly })
}
