/** The words that stand for a flag of an address. */
import { checkSwitch } from '../rtnetlink/options.js'
import type { Address } from './address.js'
import type { addressFlags } from './message.js'

type Flag = Parameters<typeof addressFlags.toBits>[0][number]

/** What a caller may say: a word, the flag that it is about, and the value of the word that sets the flag. */
const settable = [
  ['dad', 'noDad', false],
  ['optimistic', 'optimistic', true],
  ['home', 'home', true],
  ['mngTmpAddr', 'manageTempAddress', true],
  ['prefixRoute', 'noPrefixRoute', false],
  ['autoJoin', 'autoJoin', true],
] as const

/** What only the kernel says. */
const told = [
  ['permanent', 'permanent', true],
  ['dynamic', 'permanent', false],
  ['secondary', 'secondary', true],
  ['temporary', 'secondary', true],
  ['primary', 'secondary', false],
  ['deprecated', 'deprecated', true],
  ['tentative', 'tentative', true],
  ['dadFailed', 'dadFailed', true],
  ['stablePrivacy', 'stablePrivacy', true],
] as const

type Settable = (typeof settable)[number][0]
type Told = (typeof told)[number][0]
export type SwitchOptions = { readonly [K in Settable]?: boolean | undefined }
export type SwitchFilter = SwitchOptions & { readonly [K in Told]?: boolean | undefined }

export const settableNames = settable.map(([name]) => name)
export const switchNames = [...settable, ...told].map(([name]) => name)

/** The flags that the options ask for. */
export function flagsOf(options: SwitchOptions): Flag[] {
  return settable.flatMap(([name, flag, value]) => (checkSwitch(options[name], name) === value ? [flag] : []))
}

const has = ({ flags }: Address, flag: Flag) =>
  flags.includes(flag) || (flag === 'secondary' && flags.includes('temporary'))

/** Whether an address is as every word of the filter says. */
export function switchFilter(filter: SwitchFilter): (address: Address) => boolean {
  const wanted = [...settable, ...told].flatMap(([name, flag, value]) => {
    const given = checkSwitch(filter[name], name)
    return given === undefined ? [] : [{ flag, set: given === value }]
  })
  return (address) => wanted.every(({ flag, set }) => has(address, flag) === set)
}
