import { z } from 'zod'
import { badAnswer, HubError } from './error.ts'

/** An entry of a tree as the Hub lists it. `oid` is git's; a large file is known by the sha256 in `lfs`. */
export type TreeFile = { path: string; size: number; oid: string; lfs: string | null }

export type TreePage = {
  text: string
  /** The `Link` header, which names the next page. */
  link: string | null
}

/** The Hub takes fewer than 100,000 files a repository; whoever lists five times that has no end. */
const mostFiles = 500_000
const mostPages = 20_000
/** Pages in a row that bring nothing new. */
const mostFruitless = 20

const Entries = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.int().nonnegative().default(0),
    oid: z.string().default(''),
    lfs: z.object({ oid: z.string(), size: z.int().nonnegative() }).nullish(),
  }),
)

/**
 * All files of a tree by their path, page by page. Pages stay at the origin of the first one, and a tree without an end
 * is given up: by its files, its pages, a page that was there before, pages that bring nothing.
 *
 * @param load sends the request for a page
 * @throws HubError for pages that are none of a Hub's
 */
export async function listTree(
  first: URL,
  load: (page: URL) => Promise<TreePage>,
): Promise<Map<string, TreeFile>> {
  const files = new Map<string, TreeFile>()
  const asked = new Set<string>()
  let fruitless = 0
  const refuse = (message: string): never => {
    throw new HubError(message, { call: 'api', host: first.host, code: badAnswer })
  }
  for (let page: URL | undefined = first; page !== undefined;) {
    asked.add(page.href)
    const { text, link } = await load(page)
    const entries = entriesIn(text)
    if (entries === undefined) return refuse('its list of files is not in the form of a Hub')
    const before = files.size
    for (const { type, path, size, oid, lfs } of entries) {
      if (type !== 'file') continue
      if (!isPath(path))
        refuse(`its list of files has ${JSON.stringify(path.slice(0, 60))}, which is no path`)
      files.set(path, { path, size: lfs?.size ?? size, oid, lfs: lfs?.oid ?? null })
    }
    fruitless = files.size > before ? 0 : fruitless + 1
    page = nextPage(link, page, refuse)
    if (page === undefined) break
    if (asked.has(page.href)) refuse('its list of files names a page again that it had before')
    if (files.size > mostFiles || asked.size >= mostPages || fruitless >= mostFruitless)
      refuse(`its list of files does not end (${files.size} files on ${asked.size} pages so far)`)
  }
  return files
}

function nextPage(link: string | null, page: URL, refuse: (message: string) => never): URL | undefined {
  const stated = /<([^<>]*)>[ \t]*;[ \t]*rel="next"/u.exec(link ?? '')?.[1]
  if (stated === undefined) return undefined
  const next = URL.parse(stated, page.href)
  if (next === null) return refuse('its list of files goes on at what is no address')
  if (next.origin !== page.origin) return refuse('its list of files goes on at another server')
  return next
}

function entriesIn(text: string): z.output<typeof Entries> | undefined {
  try {
    return Entries.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** A path becomes part of an address: no half characters, and nothing that leads to another place. */
function isPath(path: string): boolean {
  return (
    path !== '' &&
    path.length <= 4096 &&
    path.isWellFormed() &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  )
}
