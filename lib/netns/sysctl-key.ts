/** Names of sysctls, as sysctl(8) takes them, to paths below /proc/sys/net. */
import { Rejection } from '../codec/rejection.js'

const ROOT = '/proc/sys'
const expected = "a sysctl below net, such as 'net.ipv4.ip_forward' or 'net/ipv4/conf/eth0.100/forwarding'"
const swapped: Readonly<Record<string, string>> = { '.': '/', '/': '.' }

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfit = /[\u0000-\u001f\u007f-\u009f]/
const isStep = (step: string) => step !== '' && step !== '.' && step !== '..'

/**
 * The first separator decides: after a dot, dots separate and a slash stands for a dot (`net.ipv4.conf.eth0/100.forwarding`);
 * after a slash, slashes separate and dots are dots. Throws a {@link Rejection}.
 */
export function sysctlPath(key: unknown): string {
  if (typeof key !== 'string' || unfit.test(key) || !key.isWellFormed()) throw new Rejection(expected, key)
  const [first] = /[./]/.exec(key) ?? []
  const slashed = first === '.' ? key.replace(/[./]/g, (separator) => swapped[separator] as string) : key
  const steps = slashed.split('/')
  if (steps.length < 2 || steps[0] !== 'net' || !steps.every(isStep)) throw new Rejection(expected, key)
  return `${ROOT}/${slashed}`
}
