import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBranch, createRepo, uploadFiles } from '@huggingface/hub'
import { z } from 'zod'
import { writeParquet } from '../../store/parquet/write.ts'
import type { Hub } from '../../simulators/hub/start.ts'

export type DatasetFiles = Record<string, string | Uint8Array>

/** Makes a dataset on a local Hub with the files given, or adds them to the one that is there. */
export async function pushDataset(
  hub: Hub,
  name: string,
  files: DatasetFiles,
  { isPrivate = false, branch }: { isPrivate?: boolean; branch?: string } = {},
): Promise<string> {
  const at = {
    repo: `datasets/${name}` as `datasets/${string}/${string}`,
    hubUrl: hub.url,
    accessToken: hub.token,
  }
  if (hub.repo(name) === undefined) await createRepo({ ...at, private: isPrivate })
  if (branch !== undefined && !hub.repo(name)!.branches.has(branch))
    await createBranch({ ...at, branch, empty: true })
  await uploadFiles({
    ...at,
    ...(branch !== undefined && { branch }),
    useXet: false,
    files: Object.entries(files).map(([path, content]) => ({
      path,
      content: new Blob([typeof content === 'string' ? content : new Uint8Array(content)]),
    })),
  })
  return hub.repo(name)!.branches.get(branch ?? 'main')!
}

export type MadeProblem = { id: string; problem: string; answer: string; solution: string; notes: string }

/** Sums with short questions and long texts beside them that do not compress. */
export function madeProblems(count: number, from = 0): MadeProblem[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index
    return {
      id: `p${number}`,
      problem: `What is ${number} plus ${number}?`,
      answer: String(2 * number),
      solution: noise(`solution ${number}`, 20),
      notes: noise(`notes ${number}`, 60),
    }
  })
}

/** The bytes of a Parquet file of such problems. */
export async function problemsParquet(
  rows: readonly MadeProblem[],
  rowGroupRows = 1024,
): Promise<Uint8Array> {
  const schema = z.strictObject({
    id: z.string(),
    problem: z.string(),
    answer: z.string(),
    solution: z.string(),
    notes: z.string(),
  })
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-parquet-'))
  try {
    const path = join(folder, 'rows.parquet')
    await writeParquet({ path, schema, rows, rowGroupRows })
    return await readFile(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** Requests of a kind that the Hub has seen, and the bytes that it sent for them. */
export function sent(hub: Hub, kind: 'resolve' | 'get-object' | 'tree'): { requests: number; bytes: number } {
  const entries = hub.log.filter((entry) => entry.kind === kind && entry.method === 'GET')
  return { requests: entries.length, bytes: entries.reduce((sum, { bytesOut }) => sum + bytesOut, 0) }
}

function noise(seed: string, digests: number): string {
  let text = ''
  for (let index = 0; index < digests; index++)
    text += createHash('sha256').update(`${seed} ${index}`).digest('base64')
  return text
}
