import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const MODEL_FILE = /\.(?:json|txt|model|onnx|onnx_data)$/

/** A hash over the names and bytes of everything in the folder that can change a vector. */
export async function modelDigest(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && MODEL_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'))
  const whole = createHash('sha256')
  for (const path of paths.sort()) {
    const file = createHash('sha256')
    for await (const chunk of createReadStream(join(folder, path))) file.update(chunk)
    whole.update(`${path}\0${file.digest('hex')}\n`)
  }
  return whole.digest('hex')
}
