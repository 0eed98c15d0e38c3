/**
 * The kernel's answer to a request.
 *
 *     NLMSG_ERROR | -errno s32 | header of the request (all of the request where not capped) | attributes |
 *     NLMSG_DONE  | -errno s32 | attributes |
 *
 * The inner length is the request's own also where the echo is capped: only NLM_F_CAPPED tells what follows.
 */
import type { Source } from '../codec/codec.js'
import { enumeration } from '../codec/enumeration.js'
import { u32, u64 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { decodeAttributes } from '../codec/reader.js'
import { attribute, attributes, type InferResult } from '../codec/table.js'
import { text } from '../codec/text.js'
import { DecodeError, type PolicyBounds } from '../errors.js'
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE } from './constants.js'
import { HEADER_BYTES, type RawMessage } from './header.js'

const policyType = enumeration(u32(), 'NL_ATTR_TYPE', {
  invalid: 0, flag: 1, u8: 2, u16: 3, u32: 4, u64: 5, s8: 6, s16: 7, s32: 8, s64: 9,
  binary: 10, string: 11, nulString: 12, nested: 13, nestedArray: 14, bitfield32: 15, sint: 16, uint: 17,
}) // biome-ignore format: a list of numbers reads better in rows

export const policyAttributes = attributes({
  type: attribute('NL_POLICY_TYPE_ATTR_TYPE', 1, policyType),
  minSigned: attribute('NL_POLICY_TYPE_ATTR_MIN_VALUE_S', 2, u64()),
  maxSigned: attribute('NL_POLICY_TYPE_ATTR_MAX_VALUE_S', 3, u64()),
  min: attribute('NL_POLICY_TYPE_ATTR_MIN_VALUE_U', 4, u64()),
  max: attribute('NL_POLICY_TYPE_ATTR_MAX_VALUE_U', 5, u64()),
  minLength: attribute('NL_POLICY_TYPE_ATTR_MIN_LENGTH', 6, u32()),
  maxLength: attribute('NL_POLICY_TYPE_ATTR_MAX_LENGTH', 7, u32()),
  mask: attribute('NL_POLICY_TYPE_ATTR_MASK', 12, u64()),
})

export const extendedAckAttributes = attributes({
  /** The kernel's sentence. */
  message: attribute('NLMSGERR_ATTR_MSG', 1, text(65_530)),
  /** Where in the request the attribute stands that the kernel objects to, from the start of its header. */
  offset: attribute('NLMSGERR_ATTR_OFFS', 2, u32()),
  policy: attribute('NLMSGERR_ATTR_POLICY', 4, nested(policyAttributes)),
  /** Number of an attribute that the request lacks … */
  missingType: attribute('NLMSGERR_ATTR_MISS_TYPE', 5, u32()),
  /** … and offset of the nest that lacks it; absent: the message itself. */
  missingNest: attribute('NLMSGERR_ATTR_MISS_NEST', 6, u32()),
})

export interface Answer {
  /** Positive; 0 for success. */
  readonly errno: number
  /** A message beside an errno of 0 is a warning. */
  readonly extended: InferResult<typeof extendedAckAttributes>
}

/** Reads NLMSG_ERROR or NLMSG_DONE. */
export function readAnswer(source: Source, { type, flags, start, end }: RawMessage): Answer {
  if (end - start < 4) {
    // A bare NLMSG_DONE ends a dump on some old kernels.
    if (type === NLMSG_DONE) return { errno: 0, extended: {} }
    throw new DecodeError(`answer of ${end - start} bytes`, '', start)
  }
  const errno = 0 - source.view.getInt32(start, source.littleEndian)
  const attributesStart = type === NLMSG_DONE ? start + 4 : start + 4 + echoLength(source, flags, start + 4, end)
  // NLMSG_DONE carries attributes only beside an error, and no flag says so.
  const carries = (flags & NLM_F_ACK_TLVS) !== 0 || (type === NLMSG_DONE && errno !== 0)
  return { errno, extended: carries ? readExtended(source, attributesStart, end) : {} }
}

/** What explains an answer is worth less than the answer: where it is malformed, the error number stands alone. */
function readExtended(source: Source, start: number, end: number): Answer['extended'] {
  if (start > end) return {}
  try {
    return decodeAttributes(extendedAckAttributes, source, start, end)
  } catch (error) {
    if (error instanceof DecodeError) return {}
    throw error
  }
}

function echoLength(source: Source, flags: number, start: number, end: number): number {
  if ((flags & NLM_F_CAPPED) !== 0 || end - start < HEADER_BYTES) return HEADER_BYTES
  return Math.ceil(source.view.getUint32(start, source.littleEndian) / 4) * 4
}

/** The kernel's own bounds of the refused value. */
export function policyBounds(policy: InferResult<typeof policyAttributes> | undefined): PolicyBounds | undefined {
  if (policy === undefined) return undefined
  const signed = (value: bigint | undefined) => (value === undefined ? undefined : BigInt.asIntN(64, value))
  return {
    type: typeof policy.type === 'number' ? String(policy.type) : policy.type,
    min: policy.min ?? signed(policy.minSigned),
    max: policy.max ?? signed(policy.maxSigned),
    minLength: policy.minLength,
    maxLength: policy.maxLength,
    mask: policy.mask,
  }
}
