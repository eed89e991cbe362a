import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { measureTogether } from './distill/measure.ts'
import { mostBuiltin, writeProblemFile } from './scale/problem-file.ts'

/*
 * What does each stage of a run of many problems cost? The journal is written by asking a canned server at once for one
 * short answer for each arm; then a start with nothing to do, `status`, and one threshold changed. More than 100,000
 * problems come from a file. With `--processes 4` that many share each stage (`--shard`): CPU time is the sum of theirs, memory that
 * of the largest.
 * Usage: node bench/scale.ts [--problems 100000] [--processes 1] [--thought 200] [--folder FOLDER]
 */
const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '100000' },
    processes: { type: 'string', default: '1' },
    /** Most characters of a thought. */
    thought: { type: 'string', default: '200' },
    /** Where the run is put, for its disk; the folder for temporary files unless given. */
    folder: { type: 'string', default: tmpdir() },
  },
})
const problems = Number(values.problems)
const processes = Number(values.processes)
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = await mkdtemp(join(values.folder, 'twinstill-scale-'))
const recipe = join(folder, 'recipe.yaml')
const run = join(folder, 'run')
const problemFile = join(folder, 'problems.jsonl')

const server = fork(fileURLToPath(new URL('distill/server.ts', import.meta.url)), [
  '--latency',
  '0',
  '--thought',
  values.thought,
])
try {
  if (problems > mostBuiltin) await writeProblemFile(problemFile, problems)
  const [url] = (await once(server, 'message')) as [string]
  await writeFile(recipe, stringify(recipeFor(url, 1)))
  process.stdout.write(`${problems} problems, ${processes} processes, load ${loadavg()[0]!.toFixed(1)}\n`)
  process.stdout.write('command               CPU s  ms/problem  peak MB   wall s  disk MB   files\n')
  for (const stage of ['problems', 'generate', 'verify', 'filter', 'pair', 'write']) await row(stage, stage)
  await row('distill', 'nothing to do')
  await row('status', 'status')
  // Every answer meets either threshold: its filter decides again, and the dataset stays as it is.
  await writeFile(recipe, stringify(recipeFor(url, 2)))
  await row('distill', 'threshold changed')
} finally {
  const ended = once(server, 'exit')
  server.kill()
  await ended
  await rm(folder, { recursive: true, force: true })
}

async function row(command: string, title: string): Promise<void> {
  const begun = performance.now()
  const shared = command !== 'status' && processes > 1
  const { cpuMs, peakMb } = await measureTogether(
    Array.from({ length: shared ? processes : 1 }, (_, index) => [
      process.execPath,
      join(root, 'pipeline/cli.ts'),
      command,
      recipe,
      '--run',
      run,
      ...(shared ? ['--shard', `${index}/${processes}`] : []),
    ]),
    root,
  )
  const seconds = (performance.now() - begun) / 1000
  const { bytes, files } = await sizeOfRun()
  const cells = [
    title.padEnd(18),
    (cpuMs / 1000).toFixed(2).padStart(8),
    (cpuMs / problems).toFixed(3).padStart(11),
    peakMb.toFixed(0).padStart(8),
    seconds.toFixed(1).padStart(8),
    (bytes / 1e6).toFixed(0).padStart(8),
    `${files}`.padStart(7),
  ]
  process.stdout.write(`${cells.join(' ')}\n`)
}

async function sizeOfRun(): Promise<{ bytes: number; files: number }> {
  const entries = await readdir(run, { recursive: true, withFileTypes: true })
  const found = entries.filter((entry) => entry.isFile())
  let bytes = 0
  for (const { parentPath, name } of found) bytes += (await stat(join(parentPath, name))).size
  return { bytes, files: found.length }
}

function recipeFor(url: string, shortest: number): object {
  const arm = { teacher: 'qwen3', model: 'canned', endpoint: 'canned' }
  return {
    name: 'bench-scale',
    seed: 1,
    problems:
      problems > mostBuiltin
        ? { files: problemFile, fields: { task: 'task', id: 'source_id' } }
        : { builtin: { count: problems, seed: 1 } },
    endpoints: {
      canned: { base_url: `${url}/v1`, dialect: 'vllm', max_in_flight: 64, back_pressure: false },
    },
    generate: { probe: 'never' },
    filter: { length: { thinking: { reasoning: { min: shortest } } } },
    arms: {
      ift: { ...arm, role: 'ift', mode: 'non_thinking' },
      reasoning: { ...arm, role: 'reasoning', mode: 'thinking' },
    },
  }
}
