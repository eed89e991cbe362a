import { settingsOf } from '../../../../filters/apply.ts'
import { contamination } from '../../../../filters/problem/contamination.ts'
import { problemOf } from '../../../../output/dataset/row-answers.ts'
import { filesOfProblems } from '../../../../output/dataset/manifest.ts'
import { RunError } from '../../../../schemas/errors.ts'
import { readFilterFiles } from '../../../stages/filter/filter-files.ts'
import type { CheckRun } from './check.ts'
import { rowsOf } from './rows.ts'

const wanted = new Set(['pair_id', 'problem', 'prompt', 'messages', 'conversations', 'choices'])
const atOnce = 256

export const check: CheckRun = {
  async run(dataset) {
    const { recipe } = dataset.context
    const [setting] = settingsOf([contamination], recipe.filter)
    const options = setting === undefined ? undefined : contamination.options.parse(setting.options)
    const names = Object.keys(options?.benchmarks ?? {})
    if (options === undefined || names.length === 0)
      throw new RunError(
        'nobody has looked whether the problems are items of a benchmark: `filter.contamination` names none; name their files there, or publish the problems as they are with `push.accept: [contamination]`',
      )
    const find = contamination.create(options, {
      files: await readFilterFiles(dataset.context),
      verifyGolds: () => Promise.reject(new Error('contamination verifies nothing')),
      countTokens: () => 0,
    })
    const holders = new Set(filesOfProblems(dataset.manifest).map(({ config }) => config))
    const only = { ...dataset, exports: dataset.exports.filter(({ name }) => holders.has(name)) }
    const hits: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]))
    let first: string | undefined
    const seen = new Set<string>()
    let problems = 0
    let window: Parameters<typeof find>[0][number][] = []
    const look = async (): Promise<void> => {
      for (const finding of await find(window)) {
        if (finding === undefined) continue
        const name = String(finding.facts?.['benchmark'])
        hits[name] = (hits[name] ?? 0) + 1
        first ??= finding.message
      }
      problems += window.length
      window = []
    }
    for await (const { row, config, index } of rowsOf(only, (name) => wanted.has(name))) {
      seen.add(config)
      const prompt = problemOf(row)
      if (prompt === undefined)
        throw new RunError(
          `row ${index + 1} of ${config} shows no problem that could be compared with the benchmarks; look at it, then say \`push.accept: [contamination]\``,
        )
      window.push({ problem: asProblem(prompt, row['choices']), position: '', idScope: '' })
      if (window.length === atOnce) await look()
    }
    await look()
    // A configuration without any of these columns gives no row above.
    const unseen = dataset.manifest.files.find(
      ({ config, rows }) => holders.has(config) && rows > 0 && !seen.has(config),
    )
    if (unseen !== undefined)
      throw new RunError(
        `no column of ${unseen.config} shows a problem that could be compared with the benchmarks; look at it, then say \`push.accept: [contamination]\``,
      )
    const counts = Object.entries(hits).map(([name, count]) => `${name} ${count}`)
    if (first === undefined) return `${problems} problems, none of which is in ${names.join(', ')}`
    throw new RunError(
      `problems of the dataset are in benchmarks (${counts.join(', ')}), such as: ${first}; leave them out with \`filter.contamination.policy: drop\`, or say \`push.accept: [contamination]\``,
    )
  },
}

type Problem = Parameters<ReturnType<typeof contamination.create>>[0][number]['problem']

function asProblem(prompt: string, choices: unknown): Problem {
  return {
    id: '0'.repeat(32),
    prompt,
    choices: Array.isArray(choices) ? choices.map(String) : [],
    answers: [],
    task: 'none',
    source: '',
    source_id: '',
    license: '',
    domain: '',
    difficulty: '',
  }
}
