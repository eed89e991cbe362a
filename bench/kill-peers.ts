import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { stringify } from 'yaml'
import { readParquetRows } from '../store/parquet/read.ts'
import { builtinProblems } from '../problems/builtin/builtin-problems.ts'
import { killAtHalf, type Killed, type Tool } from './kill-peers/measure-kill.ts'
import { countingTeacher } from './kill-peers/teacher.ts'

/*
 * What does a kill cost? Each tool asks one teacher on loopback 2,000 questions, is killed with SIGKILL when half of the
 * answers have left the teacher, and is started again in the way its documentation advises, caches on. The teacher counts.
 * The Python tools are those that are given: `--distilabel PYTHON --curator PYTHON --data-designer PYTHON`, each with the
 * package of that name from PyPI (distilabel[openai] needs `requests` beside it).
 * Usage: node bench/kill-peers.ts [--answers 2000] [--flight 64] [--latency 500] [--limit 240] [--only NAME]
 */
const { values } = parseArgs({
  options: {
    answers: { type: 'string', default: '2000' },
    flight: { type: 'string', default: '64' },
    /** Median milliseconds of an answer. */
    latency: { type: 'string', default: '500' },
    /** Seconds after which a start counts as hung. */
    limit: { type: 'string', default: '240' },
    only: { type: 'string' },
    distilabel: { type: 'string' },
    curator: { type: 'string' },
    'data-designer': { type: 'string' },
  },
})
const answers = Number(values.answers)
const root = fileURLToPath(new URL('..', import.meta.url))

const kinds = ['twinstill', 'distilabel', 'curator', 'data-designer', 'data-designer, small batches'] as const
const table = new Table({
  head: [
    'tool',
    'second start ended',
    'bought twice',
    'open at the kill',
    'first new request, s',
    'requests',
    'lost',
  ],
  style: { head: [], border: [] },
})
for (const name of kinds) {
  const python = values[name.split(',')[0] as 'distilabel']
  if ((values.only !== undefined && values.only !== name) || (name !== 'twinstill' && python === undefined))
    continue
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-kill-'))
  const teacher = await countingTeacher(Number(values.latency))
  const tool = await toolOf(name, python ?? '', teacher.url, folder)
  const killed = await killAtHalf(tool, teacher, { answers, folder, limitMs: Number(values.limit) * 1000 })
  await teacher.close()
  const held = await heldIn(name === 'twinstill' ? join(folder, 'run', 'traces') : folder)
  table.push(rowOf(name, killed, answers - held.size))
  process.stderr.write(`${name}: ${JSON.stringify(killed)}, ${held.size} answers held, ${folder}\n`)
}
process.stdout.write(
  `${answers} answers, ${values.flight} in flight, median ${values.latency} ms, killed at half-time\n${table.toString()}\n`,
)

function rowOf(
  name: string,
  { ended, boughtTwice, openAgain, firstNew, requests }: Killed,
  lost: number,
): (string | number)[] {
  return [name, ended, boughtTwice, openAgain, firstNew?.toFixed(1) ?? 'never', requests, lost]
}

async function toolOf(
  name: (typeof kinds)[number],
  python: string,
  url: string,
  folder: string,
): Promise<Tool> {
  if (name === 'twinstill') {
    const arm = { teacher: 'qwen3', model: 'canned', endpoint: 'canned' }
    const recipe = join(folder, 'recipe.yaml')
    await writeFile(
      recipe,
      stringify({
        name: 'kill-peers',
        problems: { builtin: { count: answers / 2, seed: 1 } },
        endpoints: { canned: { base_url: url, dialect: 'vllm', max_in_flight: Number(values.flight) } },
        generate: { probe: 'never' },
        arms: {
          ift: { ...arm, role: 'ift', mode: 'non_thinking' },
          reasoning: { ...arm, role: 'reasoning', mode: 'thinking' },
        },
      }),
    )
    const command = [
      process.execPath,
      join(root, 'pipeline/cli.ts'),
      'distill',
      recipe,
      '--run',
      join(folder, 'run'),
    ] as const
    return { name, command: [...command] }
  }
  const prompts = join(folder, 'prompts.json')
  await writeFile(
    prompts,
    JSON.stringify([...builtinProblems({ count: answers, seed: 1 })].map(({ prompt }) => prompt)),
  )
  const script = `${name.split(',')[0]!.replace('-', '_')}_run.py`
  const batch = name.endsWith('small batches') ? '100' : '1000'
  return {
    name,
    command: [
      python,
      join(root, 'bench/kill-peers', script),
      url,
      prompts,
      values.flight,
      join(folder, 'out.jsonl'),
      batch,
    ],
    // Nothing is told to anybody else.
    environment: {
      NEMO_TELEMETRY_ENABLED: 'false',
      TELEMETRY_ENABLED: 'false',
      HF_HUB_OFFLINE: '1',
      OPENAI_API_KEY: 'none',
    },
  }
}

/** The answers that the tool hands out at the end, by the ids in their texts. */
async function heldIn(folder: string): Promise<Set<string>> {
  const held = new Set<string>()
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.endsWith('.parquet') && name.startsWith('part-'))
      for await (const row of readParquetRows(join(folder, name))) collect(JSON.stringify(row), held)
    else if (name === 'out.jsonl') collect(await readFile(join(folder, name), 'utf8'), held)
  }
  return held
}

function collect(text: string, held: Set<string>): void {
  for (const [id] of text.matchAll(/ID-[0-9a-f]{16}/gu)) held.add(id)
}
