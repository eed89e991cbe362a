import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { uploadFiles, createRepo } from '@huggingface/hub'
import { DuckDBInstance } from '@duckdb/node-api'

/*
 * What the rows of the table stand beside, each a process of its own: `node bench/speed/peers.ts NAME FOLDER [URL TOKEN REPO]`.
 * They are limits or other people's libraries at the same work, and do less of it: none verifies, filters or pairs.
 */
const [name, folder, url, token, repo] = process.argv.slice(2) as [string, string, string, string, string]

async function filesIn(path: string, extension: string): Promise<string[]> {
  const found = await readdir(path, { recursive: true, withFileTypes: true })
  return found
    .filter((each) => each.isFile() && each.name.endsWith(extension))
    .map((each) => join(each.parentPath, each.name))
    .toSorted()
}

const peers: Readonly<Record<string, () => Promise<void>>> = {
  /** Every line of the journal parsed once: what whoever looks at stored answers does at least. */
  async parse() {
    for (const file of await filesIn(join(folder, 'journal'), '.jsonl'))
      for (const line of (await readFile(file, 'utf8')).split('\n')) if (line !== '') JSON.parse(line)
  },
  /** DuckDB reads every trace and writes it to a Parquet file with the compression of ours. */
  async copy() {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
    const out = join(folder, 'copied.parquet')
    await connection.run(
      `COPY (SELECT * FROM read_parquet('${join(folder, 'traces')}/*.parquet')) TO '${out}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)`,
    )
    connection.closeSync()
    await rm(out)
  },
  /** The Hub's own library uploads the files of the dataset in one commit; nothing is checked before or after. */
  async upload() {
    const dataset = join(folder, 'dataset')
    const found = await readdir(dataset, { recursive: true, withFileTypes: true })
    const paths = found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
    const access = { repo: { type: 'dataset' as const, name: repo }, accessToken: token, hubUrl: url }
    await createRepo(access)
    await uploadFiles({
      ...access,
      useXet: false,
      files: paths.map((path) => ({ path: path.slice(dataset.length + 1), content: pathToFileURL(path) })),
    })
  },
}

const run = peers[name]
if (run === undefined) throw new Error(`wanted one of ${Object.keys(peers).join(', ')}, got ${name}`)
await run()
