import type { ToolAnswer } from '../tools/tool.ts'

/** The result strings are those that the clients of these commands know. */
export function fileDone(text: string): ToolAnswer {
  return { text, hasOwnShape: true }
}

export function fileFailed(text: string): ToolAnswer {
  return { text, isError: true, hasOwnShape: true }
}

export function pathMissing(path: string): ToolAnswer {
  return fileFailed(`The path ${path} does not exist. Please provide a valid path.`)
}
