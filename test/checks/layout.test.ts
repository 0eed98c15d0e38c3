import { describe, expect, test } from 'vitest'
import { files, read } from '../support/source.js'

describe('the house', () => {
  test('has no file above 400 lines in the library', () => {
    const long = files('lib', /\.ts$/).flatMap((path) => {
      const lines = read(path).split('\n').length - 1
      return lines > 400 ? [`${path}: ${lines} lines`] : []
    })
    expect(long).toEqual([])
  })

  test('has unit tests that mirror the library, path for path', () => {
    const strays = files('test/unit', /\.test\.ts$/).filter(
      (path) =>
        files('lib', /\.ts$/).includes(path.replace(/^test\/unit\//, 'lib/').replace(/\.test\.ts$/, '.ts')) === false,
    )
    expect(strays).toEqual([])
  })

  test('has no test where no project of the configuration looks', () => {
    const known = /^test\/(unit|native|kernel|checks)\/.*\.test\.ts$|^test\/types\/[^/]+\.test-d\.ts$/
    expect(files('test', /\.(test|spec|test-d)\.ts$/).filter((path) => !known.test(path))).toEqual([])
  })
})

describe('native/', () => {
  const sources = files('native', /\.(cc|h)$/)
  const units = sources.filter((path) => path.endsWith('.cc')).map((path) => path.slice('native/'.length))
  const named = (text: string) => [...new Set(text.match(/[\w-]+\.cc\b/g) ?? [])].sort()

  test('knows no netlink family: no message and no attribute by name', () => {
    expect(sources).not.toHaveLength(0)
    const names = sources.flatMap((path) =>
      [...read(path).matchAll(/\b(RTM|IFLA|IFA|RTA|NDA)_[A-Z]\w*/g)].map(([name]) => `${path}: ${name}`),
    )
    expect(names).toEqual([])
  })

  test('is compiled in full by node-gyp and by CMake', () => {
    expect(units).not.toHaveLength(0)
    expect(named(withoutComments(read('binding.gyp')))).toEqual(units)
    expect(named(withoutComments(read('native/CMakeLists.txt')))).toEqual(units)
  })
})

/** Both languages begin a comment with a hash, and a source that is commented out is not compiled. */
const withoutComments = (text: string): string => text.replace(/#.*$/gm, '')
