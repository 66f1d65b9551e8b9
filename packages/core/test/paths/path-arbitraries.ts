import fc from 'fast-check'
import type { ContextPath } from '../../src/paths/context-path.ts'
import { parsePath } from '../../src/paths/context-path.ts'
import { normalizeNfc } from '../../src/paths/normalize-nfc.ts'

/** Characters at the edges of what paths, orders and file systems treat differently. */
const TRICKY = [
  ...'aAzZ09 .-_+=%~!/\\:*?"<>|\'`$&(){}[];,#@^',
  ...'éÉßẞıİſςσΣöÖÿŸŉĸЖжђЂàẬậ',
  ...'\u0301\u0323\u0345\u0338\u200d\u202e\u00a0\u2028\ufeff\u037e\u212a\u212b',
  ...'日本語ガか\u3099가각\u1100\u1161\u11a8',
  ...'\ud7ff\ue000\ufdd0\ufffd\uffff\u{10000}\u{1f389}\u{10ffff}\u{1d15e}\u{2f800}'
]

export const tricky: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TRICKY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) }
)

/** Valid, canonical segments; a few of them fill what is allowed. */
export const segments: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 6, arbitrary: fc.string({ unit: tricky, minLength: 1, maxLength: 8 }) },
    { weight: 1, arbitrary: fc.string({ unit: tricky, minLength: 60, maxLength: 250 }) },
    { weight: 2, arbitrary: fc.constantFrom('con', 'NUL.txt', 'com1', 'Con .md', 'README.md', 'a', 'a-b', 'ab') }
  )
  .map((text) => normalizeNfc(text.toWellFormed().replace(/[/\p{Cc}]/gu, '')))
  .filter((segment) => segment !== '' && segment !== '.' && segment !== '..' && Buffer.byteLength(segment) <= 255)

export const paths: fc.Arbitrary<ContextPath> = fc
  .array(segments, { maxLength: 5 })
  .filter((parts) => Buffer.byteLength(parts.join('/')) < 1_024)
  .map((parts) => parsePath(`/${parts.join('/')}`))

/** Pairs that share a start more often than chance would give. */
export const pathPairs: fc.Arbitrary<[ContextPath, ContextPath]> = fc.oneof(
  fc.tuple(paths, paths),
  fc
    .tuple(paths, fc.array(segments, { maxLength: 2 }), fc.array(segments, { maxLength: 2 }))
    .filter(([base, a, b]) => Buffer.byteLength(base + a.join('/') + b.join('/')) < 1_000)
    .map(([base, a, b]): [ContextPath, ContextPath] => [below(base, a), below(base, b)])
)

function below(base: ContextPath, parts: readonly string[]): ContextPath {
  return parsePath(`/${[...base.split('/'), ...parts].filter((part) => part !== '').join('/')}`)
}
