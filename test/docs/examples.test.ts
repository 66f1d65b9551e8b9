import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Example } from './examples.ts'
import { examplesIn } from './examples.ts'
import { markdownPages, REPOSITORY_ROOT, TEMPORARY_FOLDER } from './repository.ts'

const run = promisify(execFile)
const EXAMPLE_MS_MAX = 30_000

const examples = [...markdownPages()].flatMap(([path, page]) =>
  examplesIn(page).map((example) => ({ ...example, title: `${path} ${example.name}` }))
)

async function temporaryFolder(): Promise<string> {
  await mkdir(TEMPORARY_FOLDER, { recursive: true })
  const folder = await mkdtemp(join(TEMPORARY_FOLDER, 'example-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Runs an example as a user would: a file of its own, in a folder of its own. Rejects when it fails. */
async function outputOf({ source }: Pick<Example, 'source'>): Promise<string> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'example.ts'), source)
  const options = { cwd: folder, timeout: EXAMPLE_MS_MAX }
  const { stdout } = await run(process.execPath, ['--conditions=hcfs-source', 'example.ts'], options)
  return stdout
}

async function writeCompilerOptions(folder: string, files: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', files, include: [] }))
}

/** What the compiler says of a folder. Errors elsewhere, in sources that its files import, are found by `npm run types`. */
async function typeErrorsIn(folder: string): Promise<string[]> {
  const compiler = join(REPOSITORY_ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const report = await run(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error))
  )
  return report.split('\n').filter((line) => line !== '' && !/^(?:\.\.\/|\s)/.test(line))
}

test('the README has an example that shows what it prints', () => {
  expect(examples.filter(({ title }) => title.startsWith('README.md'))).toEqual([
    expect.objectContaining({ output: expect.stringMatching(/\S/) })
  ])
})

test.each(examples)('$title runs and prints what its page says', async ({ source, output }) => {
  const printed = await outputOf({ source })
  if (output !== undefined) expect(printed.trimEnd()).toBe(output)
})

test('every example passes the type checker', async () => {
  const folder = await temporaryFolder()
  const files = examples.map((_, index) => `example-${index}.ts`)
  await Promise.all(examples.map(({ source }, index) => writeFile(join(folder, files[index]!), source)))
  await writeCompilerOptions(folder, files)
  expect(await typeErrorsIn(folder)).toEqual([])
})

describe('the runner', () => {
  test('tells the type errors of an example', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'example.ts'), "export const answer: number = 'on purpose'")
    await writeCompilerOptions(folder, ['example.ts'])
    expect(await typeErrorsIn(folder)).toEqual([expect.stringContaining('example.ts(1,14): error TS2322')])
  })

  test('rejects when an example throws', async () => {
    await expect(outputOf({ source: "throw new Error('on purpose')" })).rejects.toThrow('on purpose')
  })

  test('gives what an example prints', async () => {
    expect(await outputOf({ source: 'const answer: number = 42\nconsole.log(answer)' })).toBe('42\n')
  })
})

describe('the reader of examples', () => {
  const mark = '<!-- example:one -->'

  test('takes the block after the mark and the output after that', () => {
    expect(examplesIn(`${mark}\n\`\`\`ts\nconst a = 1\n\`\`\`\nIt prints\n\`\`\`text\n1\n\`\`\``)).toEqual([
      { name: 'one', source: 'const a = 1', output: '1' }
    ])
  })

  test('does not take a text block of the next section for the output', () => {
    expect(examplesIn(`${mark}\n\`\`\`ts\na()\n\`\`\`\n## Next\n\`\`\`text\n1\n\`\`\``)).toEqual([
      { name: 'one', source: 'a()', output: undefined }
    ])
  })

  test('ignores blocks without a mark', () => {
    expect(examplesIn('```ts\na()\n```')).toEqual([])
  })

  test('refuses a mark without a ts block directly after it', () => {
    expect(() => examplesIn(`${mark}\nSome words\n\`\`\`ts\na()\n\`\`\``)).toThrow('example:one')
  })
})
