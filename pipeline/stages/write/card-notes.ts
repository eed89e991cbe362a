import { join } from 'node:path'
import { z } from 'zod'
import { settingsOf } from '../../../filters/apply.ts'
import { problemFilters, problemSetFilters, sampleFilters } from '../../../filters/registry.ts'
import { code, inline } from '../../../output/card/markdown.ts'
import { RunError } from '../../../schemas/errors.ts'
import type { Ledger } from '../../../schemas/ledger.ts'
import { exists } from '../../../store/files/entries.ts'
import { readLines } from '../../../store/files/lines.ts'
import type { RunContext } from '../../recipe/run-context.ts'

/** What the run knows of repeated problems and of benchmarks, in the words of the card. */
export type CardNotes = { deduplication: string; decontamination: string; personal_information: string }

/** @throws RunError when the list of rejected rows cannot be read as one */
export async function cardNotes(context: RunContext, ledger: Ledger): Promise<CardNotes> {
  return {
    deduplication: deduplication(context.recipe, ledger.problems.lost),
    decontamination: await decontamination(context, ledger),
    personal_information: personalInformation(context.recipe),
  }
}

type Section = RunContext['recipe']['filter']

/** Whether the recipe has a filter on. */
function isOn(section: Section, name: string): boolean {
  return settingsOf([...problemSetFilters, ...problemFilters, ...sampleFilters], section).some(
    ({ filter }) => filter.name === name,
  )
}

/** What was done about problems that stand in the source more than once. */
function deduplication({ filter }: RunContext['recipe'], lost: Readonly<Record<string, number>>): string {
  const found = problemSetFilters
    .filter(({ name }) => isOn(filter, name))
    .map(({ name, reasons }) => {
      const rows = Object.keys(reasons).reduce((sum, reason) => sum + (lost[reason] ?? 0), 0)
      return `\`${name}\` ${rows}`
    })
  const whole = isOn(filter, 'repeated-problem')
    ? 'problems equal but for Unicode form and white space are in it once'
    : 'problems may be in it more than once, `filter.repeated-problem` was off'
  const near = isOn(filter, 'near-duplicate')
    ? ''
    : '; nobody looked for near-duplicates (`filter.near-duplicate` was off)'
  return `${whole}${near}${found.length === 0 ? '' : `; rows of the source that were left out, by filter: ${found.join(', ')}`}`
}

type Benchmarks = Readonly<Record<string, { revision: string }>>
const Options = z.looseObject({
  policy: z.string().optional(),
  benchmarks: z.record(z.string(), z.looseObject({ revision: z.string() })).default({}),
})

/** Hits of every benchmark that the problems, and the answers, were held against; a benchmark without hits has 0. */
async function decontamination(
  { recipe: { filter }, runFolder }: RunContext,
  ledger: Ledger,
): Promise<string> {
  const settings = settingsOf([...problemFilters, ...sampleFilters], filter)
  const optionsOf = (name: string): z.output<typeof Options> | undefined => {
    const setting = settings.find((one) => one.filter.name === name)
    const options = setting && Options.parse(setting.options)
    return options && Object.keys(options.benchmarks).length > 0 ? options : undefined
  }
  const [problems, answers] = [optionsOf('contamination'), optionsOf('answer-contamination')]
  const texts = [
    problems === undefined
      ? 'problems were held against no benchmark'
      : problems.policy === 'drop'
        ? `problems left out as items of a benchmark: ${await hitsOf(runFolder, problems.benchmarks)}`
        : `problems were held against ${named(problems.benchmarks)}; what was found was not left out (\`policy: ${problems.policy}\`)`,
    ...(answers === undefined
      ? []
      : [`answers dropped because they quote an item of ${named(answers.benchmarks)}: ${quoting(ledger)}`]),
  ]
  return texts.join('; ')
}

function named(benchmarks: Benchmarks): string {
  return Object.entries(benchmarks)
    .map(([name, { revision }]) => `${code(name)}${revision === '' ? '' : ` (${inline(revision)})`}`)
    .join(', ')
}

const Rejected = z.looseObject({
  reason: z.string(),
  facts: z.looseObject({ benchmark: z.string().optional() }).optional(),
})

async function hitsOf(runFolder: string, benchmarks: Benchmarks): Promise<string> {
  const path = join(runFolder, 'problems', 'rejected.jsonl')
  if (!(await exists(path))) return `not counted by benchmark, because ${named(benchmarks)} left no list`
  const hits = new Map(Object.keys(benchmarks).map((name) => [name, 0]))
  for await (const line of readLines(path)) {
    if (!line.includes('"contaminated"')) continue
    const row = Rejected.safeParse(parsed(line, path))
    const name = row.data?.reason === 'contaminated' ? row.data.facts?.benchmark : undefined
    if (name !== undefined) hits.set(name, (hits.get(name) ?? 0) + 1)
  }
  return [...hits]
    .map(([name, count]) => `${named({ [name]: benchmarks[name] ?? { revision: '' } })} ${count}`)
    .join(', ')
}

function parsed(line: string, path: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new RunError(`${path} is damaged; delete it with its folder and run the same command again`, {
      cause,
    })
  }
}

function quoting({ samples }: Ledger): number {
  return samples.reduce((sum, { lost }) => sum + (lost['quotes_benchmark'] ?? 0), 0)
}

function personalInformation({ write }: RunContext['recipe']): string {
  const marks = write.not_secrets?.length ?? 0
  const known = marks === 0 ? '' : ` (${marks} texts that only look like one are named in the recipe)`
  return `Scan: every text was looked through for keys and passwords of known forms, and none is in it${known}. Nobody looked for names, addresses or other personal information.`
}
