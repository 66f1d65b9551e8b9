import { posix } from 'node:path'
import { headingAnchors, localLinks } from './markdown.ts'

/** One line for every link that leads nowhere: page, link and reason. */
export function brokenLinks(pages: ReadonlyMap<string, string>, isThere: (path: string) => boolean): string[] {
  return [...pages].flatMap(([path, page]) =>
    localLinks(page).flatMap((link) => {
      const reason = whyBroken(path, link, { pages, isThere })
      return reason === undefined ? [] : [`${path}: (${link}) ${reason}`]
    })
  )
}

/** Pages of a folder that its README does not link to; sub-folders with a README of their own are left to that. */
export function unlistedPages(pages: ReadonlyMap<string, string>, folder: string): string[] {
  const index = `${folder}/README.md`
  const listed = new Set(localLinks(pages.get(index) ?? '').map((link) => posix.join(folder, link)))
  return [...pages.keys()].filter(
    (path) =>
      path.startsWith(`${folder}/`) &&
      path !== index &&
      !listed.has(path) &&
      !(posix.dirname(path) !== folder && pages.has(`${posix.dirname(path)}/README.md`))
  )
}

interface Repository {
  readonly pages: ReadonlyMap<string, string>
  readonly isThere: (path: string) => boolean
}

function whyBroken(from: string, link: string, { pages, isThere }: Repository): string | undefined {
  if (link.startsWith('/')) return 'must be relative to its page'
  const [file = '', anchor] = link.split('#', 2)
  const path = file === '' ? from : posix.join(posix.dirname(from), decodeURIComponent(file))
  if (path.startsWith('../')) return 'leads out of the repository'
  if (!isThere(path)) return 'leads to a file that is not there'
  if (anchor === undefined) return undefined
  const target = pages.get(path)
  if (target === undefined) return 'names a heading in something that is not a Markdown page'
  return headingAnchors(target).has(anchor) ? undefined : 'names a heading that is not there'
}
