import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codeExamples } from '../../pipeline/docs/code-tests-page.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { readPart } from '../../store/parts/part.ts'
import { codeSets, problemSets } from '../problems/sets/sets.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { sandboxMissing } from './sandbox-available.ts'

/** A right program for a problem of any of the sets, but a wrong one for every fifth. */
function programFor(message: string): string {
  const named = /add(\d+)/.exec(message)
  const number = Number(named?.[1] ?? /plus (\d+)/.exec(message)![1])
  const added = number % 5 === 4 ? number + 1 : number
  return named === null ? `print(int(input()) + ${added})` : `def add${number}(x):\n    return x + ${added}`
}

test.skipIf(sandboxMissing)(
  'sets of programs go to shards as they are, without those that fail their tests',
  async () => {
    await using folder = await temporaryFolder()
    await using teacher = await scriptedEndpoint(
      ({ message }) => `So:\n\`\`\`python\n${programFor(message)}\n\`\`\``,
    )
    for (const name of codeSets) {
      const { file, content, section } = problemSets[name]!
      await writeFile(join(folder.path, file), content)
      const stem = file.replace(/\..*$/, '')
      const path = await writeRecipe(folder.path, {
        name: stem,
        problems: { files: file, ...section },
        endpoints: { teacher: { base_url: teacher.baseUrl } },
        arms: {
          one: {
            teacher: 'generic',
            mode: 'non_thinking',
            endpoint: 'teacher',
            samples: 1,
            model: 'm',
            role: 'one',
          },
        },
        generate: { probe: 'never' },
        filter: { length: false },
      })
      const ran = await runCli(['distill', path], { cwd: folder.path })
      expect({ name, code: ran.code, said: ran.code === 0 ? '' : ran.stderr }).toEqual({
        name,
        code: 0,
        said: '',
      })
      expect(ran.stderr).toContain(`${file}:1 is read as code: prompt`)
      const shard = join(folder.path, `runs/${stem}/dataset/data/pairs/train-00000-of-00001.parquet`)
      let written = 0
      for await (const _ of readParquetRows(shard)) written += 1
      expect({ name, written }).toEqual({ name, written: 16 })
    }
  },
)

test.skipIf(sandboxMissing)(
  'every form of docs/code-tests.md finds the right program right and the wrong one wrong',
  async () => {
    await using folder = await temporaryFolder()
    await using teacher = await scriptedEndpoint(({ model, message }) => {
      const { right, wrong } = codeExamples[Number(/Form (\d+)/.exec(message)![1])]!
      const program = model === 'right' ? right : wrong
      return `\`\`\`${program.startsWith('function') ? 'js' : 'python'}\n${program}\n\`\`\``
    })
    const rows = codeExamples.map(({ set, row }, index) => ({ question: `Form ${index}: ${set}`, ...row }))
    await writeFile(join(folder.path, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
    const arm = { teacher: 'generic', mode: 'non_thinking', endpoint: 'teacher', samples: 1 }
    const path = await writeRecipe(folder.path, {
      name: 'forms',
      problems: { files: 'rows.jsonl', defaults: { task: 'code' } },
      endpoints: { teacher: { base_url: teacher.baseUrl } },
      arms: {
        right: { ...arm, model: 'right', role: 'right' },
        wrong: { ...arm, model: 'wrong', role: 'wrong' },
      },
      generate: { probe: 'never' },
    })
    for (const command of ['problems', 'generate', 'verify'])
      expect(await runCli([command, path], { cwd: folder.path })).toMatchObject({ code: 0 })
    const run = join(folder.path, 'runs/forms')
    const forms = new Map<string, string>()
    for await (const { id, prompt } of readPart(run, 'problems', 0)) forms.set(id, prompt.slice(0, 7))
    const verdicts: string[] = []
    for await (const row of readPart(run, 'verdicts', 0))
      verdicts.push(`${forms.get(row.problem_id)} ${row.arm} ${row.verdict}`)
    expect(verdicts.toSorted()).toEqual(
      codeExamples
        .flatMap((_, index) => [`Form ${index}: right correct`, `Form ${index}: wrong incorrect`])
        .toSorted(),
    )
  },
)
