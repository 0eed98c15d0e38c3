import { read } from './source.js'

export interface CodeBlock {
  readonly file: string
  /** Of the first line of code. */
  readonly line: number
  /** What follows `ts` on the fence: `run` for a block that a test also runs. */
  readonly marks: readonly string[]
  readonly code: string
}

/** The TypeScript blocks of a page. */
export function codeBlocks(file: string, text = read(file)): CodeBlock[] {
  return [...text.matchAll(/^```(?:ts|typescript)\b([^\n]*)\n(.*?)^```$/gms)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length + 1,
    marks: (match[1] ?? '').split(/\s+/).filter(Boolean),
    code: match[2] ?? '',
  }))
}
