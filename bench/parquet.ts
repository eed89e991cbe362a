import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { traceRows, writeLines } from './parquet/rows.ts'

/*
 * The same rows written to one Parquet file by each writer, each in a process of its own, taking turns: CPU seconds against
 * plain zstd level 3 of the same texts, without what reading and parsing the rows costs in the same language.
 * Usage: node bench/parquet.ts [--rows 30000] [--rounds 3] [--python PATH] [--times 10]
 * `--python`: an interpreter with pyarrow and datasets; without it they are left out. `--times`: once more with so many
 * times the rows, to see whether memory grows.
 */

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '30000' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string' },
    times: { type: 'string' },
  },
})

type Cost = { cpu_s: number; peak_mb: number }
type Way = { name: string; command: string[]; read: 'node' | 'python' }

const here = (name: string): string => fileURLToPath(new URL(`parquet/${name}`, import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'twinstill-parquet-'))
try {
  const rows = join(folder, 'rows.jsonl')
  const out = join(folder, 'rows.parquet')
  const bytes = await writeLines(rows, traceRows(Number(values.rows)))
  process.stdout.write(`${values.rows} rows, ${(bytes / 1e6).toFixed(0)} MB of JSON lines\n`)
  await compare(rows, out)
  if (values.times !== undefined) await grow(rows, out, values.times)
} finally {
  await rm(folder, { recursive: true, force: true })
}

function ours(rows: string, out: string, as: string, ...more: string[]): string[] {
  return [process.execPath, here('write-file.ts'), '--rows', rows, '--out', out, '--as', as, ...more]
}

async function compare(rows: string, out: string): Promise<void> {
  const python = (way: string): string[] => [values.python!, here('write_peers.py'), way, rows, out]
  const ways: Way[] = [
    {
      name: 'hyparquet-writer, by content (default)',
      command: ours(rows, out, 'hyparquet-writer', '--chunks', 'content'),
      read: 'node',
    },
    {
      name: 'hyparquet-writer, plain',
      command: ours(rows, out, 'hyparquet-writer', '--chunks', 'plain'),
      read: 'node',
    },
    { name: 'parquetjs-lite, hardened', command: ours(rows, out, 'parquetjs-lite'), read: 'node' },
    ...(values.python === undefined
      ? []
      : ['pyarrow', 'pyarrow by content', 'datasets'].map((name): Way => ({
          name,
          command: python(name),
          read: 'python',
        }))),
  ]
  const bases: Record<string, string[]> = { floor: ours(rows, out, 'floor'), node: ours(rows, out, 'read') }
  if (values.python !== undefined) bases['python'] = python('read')
  const costs = new Map<string, Cost[]>()
  const sizes = new Map<string, number>()
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, command] of Object.entries(bases)) add(costs, name, await run(command))
    for (const { name, command } of ways) {
      add(costs, name, await run(command))
      sizes.set(name, (await stat(out)).size)
    }
  }
  const cpu = (name: string): number => median(costs.get(name)!.map(({ cpu_s }) => cpu_s))
  const floor = cpu('floor')
  process.stdout.write(`${'writer'.padEnd(40)} CPU s   net / zstd-3   peak MB   file MB\n`)
  process.stdout.write(
    `${'zstd level 3 of the texts alone'.padEnd(40)} ${floor.toFixed(2).padStart(5)} ${'1.00'.padStart(14)}\n`,
  )
  for (const { name, read } of ways) {
    const peak = median(costs.get(name)!.map(({ peak_mb }) => peak_mb))
    process.stdout.write(
      `${name.padEnd(40)} ${cpu(name).toFixed(2).padStart(5)} ${((cpu(name) - cpu(read)) / floor).toFixed(2).padStart(14)} ${peak.toFixed(0).padStart(9)} ${(sizes.get(name)! / 1e6).toFixed(1).padStart(9)}\n`,
    )
  }
}

async function grow(rows: string, out: string, times: string): Promise<void> {
  for (const library of ['hyparquet-writer', 'parquetjs-lite']) {
    const chunks = library === 'hyparquet-writer' ? ['--chunks', 'content'] : []
    const once = await run(ours(rows, out, library, ...chunks))
    const more = await run(ours(rows, out, library, ...chunks, '--times', times))
    process.stdout.write(
      `${library}: peak ${once.peak_mb.toFixed(0)} MB over ${values.rows} rows, ${more.peak_mb.toFixed(0)} MB over ${times} times as many\n`,
    )
  }
}

function add(costs: Map<string, Cost[]>, name: string, cost: Cost): void {
  costs.set(name, [...(costs.get(name) ?? []), cost])
}

async function run([program, ...given]: string[]): Promise<Cost> {
  const { stdout } = await promisify(execFile)(program!, given, { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Cost
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
