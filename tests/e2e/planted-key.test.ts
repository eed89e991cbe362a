import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startHub } from '../../simulators/hub/start.ts'
import { entriesBelow } from '../../store/files/entries.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { echoingTeacher, encodings, places } from '../support/echoing-teacher.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const key = 'tk-4fQ9zR+w/Lm7=Xv2PlantedKey81'
const rows = Array.from({ length: 12 }, (_, index) => ({
  problem: `What is ${index} plus 1?`,
  answer: `${index + 1}`,
}))

/** Every form of the key of which a part that cannot be chance stands in a text. */
function formsIn(content: string): string[] {
  const shifted = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), Buffer.from(key)])
      .toString('base64')
      .slice(4, -4),
  )
  const forms = Object.fromEntries(Object.entries(encodings).map(([name, form]) => [name, form(key)]))
  return [
    ...Object.entries(forms)
      .filter(([, form]) => content.includes(form) || content.includes(form.replaceAll('\\', '\\\\')))
      .map(([name]) => name),
    ...shifted.filter((form) => content.includes(form)),
    ...(content.toLowerCase().includes(Buffer.from(key).toString('hex')) ? ['hexadecimal'] : []),
  ]
}

async function leaksBelow(folder: string): Promise<{ files: number; leaks: string[] }> {
  const leaks: string[] = []
  const files = (await entriesBelow(folder)).filter((entry) => entry.isFile)
  for (const { path } of files) {
    const absolute = join(folder, path)
    const bytes = await readFile(absolute)
    const decoded: string[] = [bytes.toString('latin1')]
    if (bytes.subarray(0, 4).toString() === 'PAR1')
      for await (const row of readParquetRows(absolute))
        decoded.push(
          JSON.stringify(row, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
        )
    for (const form of formsIn(decoded.join('\n'))) leaks.push(`${path}: ${form}`)
  }
  return { files: files.length, leaks }
}

test.each([false, true])(
  `a key that a server repeats in ${places.length} places and four encodings is nowhere below the run folder or on the Hub (streamed: %s)`,
  async (stream) => {
    const folder = await temporaryFolder()
    onTestFinished(() => folder[Symbol.asyncDispose]())
    await using teacher = await echoingTeacher((message) => {
      const number = /What is (\d+) plus 1/u.exec(message)?.[1]
      return number === undefined ? 'It is \\boxed{17}.' : `It is \\boxed{${Number(number) + 1}}.`
    })
    const hub = await startHub({ folder: join(folder.path, 'hub') })
    onTestFinished(() => hub.close())
    await writeFile(
      join(folder.path, 'problems.jsonl'),
      rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    )
    const arm = { teacher: 'generic', model: 'm', endpoint: 'echo', samples: 2 }
    const recipe = await writeRecipe(folder.path, {
      name: 'planted',
      problems: { files: 'problems.jsonl', defaults: { license: 'mit' } },
      endpoints: { echo: { base_url: teacher.baseUrl, api_key_env: 'ECHO_KEY', stream, max_in_flight: 1 } },
      arms: {
        ift: { ...arm, role: 'ift', mode: 'thinking' },
        other: { ...arm, revision: 'other', role: 'reasoning' },
      },
      filter: {
        language: false,
        repetition: false,
        identity: false,
        'think-format': false,
        'answer-form': false,
      },
      generate: { probe: { accept: ['off_not_obeyed'] } },
      pair: { require: 'none' },
      write: { configs: ['pairs', 'reasoning', 'ift'], license: 'mit' },
      push: { repo: 'demo-org/planted', accept: ['contamination', 'form'] },
    })
    const environment = { ECHO_KEY: key, HF_ENDPOINT: hub.url, HF_TOKEN: hub.token }
    const cli = (...args: string[]) => runCli(args, { cwd: folder.path, environment })
    const results = [
      await cli('distill', recipe),
      await cli('status', recipe),
      await cli('probe', recipe, '--json'),
    ]
    // On a machine where the key is not set any more.
    results.push(
      await runCli(['push', recipe, '--create'], {
        cwd: folder.path,
        environment: { ...environment, ECHO_KEY: '' },
      }),
    )
    expect(results.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual(
      results.map(() => [0, '']),
    )
    for (const { stdout, stderr } of results) expect(formsIn(stdout + stderr)).toEqual([])
    const run = await leaksBelow(join(folder.path, 'runs'))
    const onHub = await leaksBelow(join(folder.path, 'hub'))
    expect(run.leaks).toEqual([])
    expect(onHub.leaks).toEqual([])
    const journal = (await entriesBelow(join(folder.path, 'runs'))).filter(({ path }) =>
      path.endsWith('.jsonl'),
    )
    let hidden = 0
    for (const { path } of journal)
      hidden += (await readFile(join(folder.path, 'runs', path), 'utf8')).split('[hidden]').length - 1
    // The server did repeat it, and what it said is there but for the key.
    expect(hidden).toBeGreaterThan(100)
    console.log(
      `${run.files} files of the run and ${onHub.files} on the Hub hold 0 forms of the key; it was hidden ${hidden} times in the journal`,
    )
  },
)
