import type { Version } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { z } from 'zod'

export const tokenArgument = z
  .string()
  .optional()
  .describe('A token from an earlier result or from another agent. The call first waits for what it names.')

export const pathArgument = z.string().describe('Path of the context, such as /projects/apollo/notes')

export const noteArgument = z.string().optional().describe('Why you make this change, in a few words, for the history')

export const versionArgument = z
  .string()
  .optional()
  .describe('The version that you read. What others changed since is then merged with your change, not overwritten.')

/** A version, or a time: versions never look like the beginning of a date. */
export function versionOrTime(text: string): Version | Date {
  if (!/^\d{4}-\d\d/.test(text)) return text
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time
  throw new HcfsError('VERSION_INVALID', 'This is not a time in ISO 8601')
}
