// Prints the test command that the README gives: the first line of the first
// code block below the heading "## Test". The gate runs what a reader would run.
import { readFileSync } from 'node:fs'

const section = /^## Test\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readFileSync('README.md', 'utf8'))?.[1] ?? ''
const command = /^```\w*\n(.+)\n/m.exec(section)?.[1]
if (command === undefined) throw new Error('README.md has no code block below its heading "## Test"')
process.stdout.write(`${command}\n`)
