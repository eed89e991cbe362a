import { posix } from 'node:path'
import { parse } from 'yaml'
import { Manifest } from '../../output/dataset/manifest.ts'

type Row = { type: string; path: string; size: number; lfs?: { oid: string } }
type Card = { configs: { config_name: string; data_files: { path: string }[] }[] }

/**
 * Reads a dataset at one commit as `datasets` does: the card, then the files that its `configs` match. Returns what is
 * wrong with it: a configuration whose files are not exactly those of the manifest of the same commit, or whose
 * `-of-NNNNN` says otherwise. Nothing is wrong where there is no card yet.
 */
export async function wrongAt(
  hub: { url: string; token: string },
  repo: string,
  sha: string,
): Promise<string[]> {
  const get = async (path: string): Promise<Response> => {
    const response = await fetch(`${hub.url}/${path}`, { headers: { authorization: `Bearer ${hub.token}` } })
    if (!response.ok) throw new Error(`${response.status} for ${path}`)
    return response
  }
  const rows: Row[] = []
  let page: string | undefined = `api/datasets/${repo}/tree/${sha}?recursive=true`
  while (page !== undefined) {
    const response = await get(page)
    rows.push(...((await response.json()) as Row[]))
    page = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]?.slice(hub.url.length + 1)
  }
  const files = new Map(rows.filter(({ type }) => type === 'file').map((row) => [row.path, row]))
  if (!files.has('README.md')) return []
  const text = async (path: string): Promise<string> =>
    (await get(`datasets/${repo}/resolve/${sha}/${path}`)).text()
  const card = parse((await text('README.md')).split(/^---$/m)[1]!) as Card
  const manifest = Manifest.parse(JSON.parse(await text('manifest.json')))
  return card.configs.flatMap(({ config_name: name, data_files }) => {
    const read = [...files.keys()].filter((path) =>
      data_files.some((pattern) => posix.matchesGlob(path, pattern.path)),
    )
    const own = manifest.files.filter(({ config }) => config === name)
    const counts = read.map((path) => Number(/-of-(\d+)\.parquet$/.exec(path)?.[1]))
    const right =
      read.length === own.length &&
      counts.every((count) => count === read.length) &&
      own.every(({ path, sha256 }) => files.get(path)?.lfs?.oid === sha256)
    return right ? [] : [`${sha.slice(0, 8)}: ${name} reads ${read.join(', ')}`]
  })
}
