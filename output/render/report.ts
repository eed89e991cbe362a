import type { RowFinding } from './check-rows.ts'
import type { TemplateFacts } from './describe.ts'
import type { FormFinding } from './forms.ts'
import type { Transformers } from './target.ts'
import type { TrainingForm } from './training-rows.ts'

/** What can be wrong with a row. */
export const rowFaults = ['lost', 'misplaced', 'answer_lost', 'error', 'ambiguous', 'too_long'] as const
type RowFault = (typeof rowFaults)[number]

/** What a target's template makes of one configuration. */
export type ConfigurationReport = {
  name: string
  form: TrainingForm
  /** Answers that are trained. */
  rows: number
  right: number
  faults: Record<RowFault, number>
  /** Rows that are right only with transformers 5.21 and later, and rows that are right only before. */
  needsAliases: number
  brokenByAliases: number
  /** Rows that are right only with transformers 5.24 and later, which leave out members that are null. */
  needsBare: number
  /** Rows in which a trainer that cuts after the length of the generation prompt cuts in the wrong place. */
  cutsWrong: number
  /** Rows of which white space at the ends of a text is lost. */
  trimmed: number
  /** Of the longest row that was counted, in the student's tokens; `null` without its tokenizer. */
  longest: number | null
  examples: { id: string; fault: RowFault; why: string }[]
  /** What would be right, empty where all is right. */
  advice: string
}

export type TargetReport = {
  target: string
  /** The commit of a model of the Hub. */
  commit: string
  context: number | null
  facts: TemplateFacts
  configurations: ConfigurationReport[]
  /** Configurations whose modes a student could not tell apart if they were trained together. */
  together: { on: string[]; off: string[] }
}

/** Adds up the findings of one configuration. */
export type Tally = {
  name: string
  form: TrainingForm
  add(finding: RowFinding): void
  report(): ConfigurationReport
  /** Contexts of the first trained character, by whether the row reasons. */
  contexts: { on: ReadonlyMap<string, number>; off: ReadonlyMap<string, number> }
}

const mostExamples = 3

export function openTally(
  name: string,
  form: TrainingForm,
  { facts, context, oldest }: { facts: TemplateFacts; context: number | null; oldest: Transformers },
): Tally {
  const contexts = { on: new Map<string, number>(), off: new Map<string, number>() }
  const faults = Object.fromEntries(rowFaults.map((fault) => [fault, 0])) as Record<RowFault, number>
  const examples: ConfigurationReport['examples'] = []
  const counts = {
    rows: 0,
    right: 0,
    needsAliases: 0,
    brokenByAliases: 0,
    needsBare: 0,
    cutsWrong: 0,
    trimmed: 0,
  }
  let longest: number | null = null

  function fault(kind: RowFault, { id, why }: Pick<RowFinding, 'id' | 'why'>): void {
    faults[kind] += 1
    if (examples.filter((example) => example.fault === kind).length < mostExamples)
      examples.push({ id, fault: kind, why })
  }

  return {
    name,
    form,
    contexts,
    add(finding) {
      const { raw, aliased, bare, reasons, tokens } = finding
      counts.rows += 1
      counts.cutsWrong += finding.cutsRight ? 0 : 1
      counts.trimmed += finding.trimmed ? 1 : 0
      counts.needsAliases += raw !== 'right' && aliased === 'right' ? 1 : 0
      counts.brokenByAliases += raw === 'right' && aliased !== 'right' ? 1 : 0
      counts.needsBare += aliased !== 'right' && bare === 'right' ? 1 : 0
      if (tokens !== null) longest = Math.max(longest ?? 0, tokens)
      const state = stateOf(finding, oldest)
      if (state !== 'right') return fault(state, finding)
      if (context !== null && tokens !== null && tokens > context)
        return fault('too_long', { ...finding, why: `${tokens} tokens, and the model reads ${context}` })
      counts.right += 1
      const own = reasons ? contexts.on : contexts.off
      own.set(finding.context, (own.get(finding.context) ?? 0) + 1)
    },
    report() {
      const shared = form === 'preference' ? 0 : sharedRows(contexts)
      const found = { ...faults, ambiguous: shared }
      const right = counts.right - shared
      if (shared > 0)
        examples.push({
          id: '',
          fault: 'ambiguous',
          why: 'rows with and without reasoning are the same up to the first trained character',
        })
      const report = { name, form, ...counts, right, faults: found, longest, examples }
      return { ...report, advice: adviceFor(report, facts) }
    },
  }
}

/** What is wrong with a row in any version of transformers that it may be trained with. */
function stateOf(
  { raw, aliased, bare }: Pick<RowFinding, 'raw' | 'aliased' | 'bare'>,
  oldest: Transformers,
): FormFinding['state'] {
  const states = { any: [raw, aliased, bare], '5.21': [aliased, bare], '5.24': [bare] }[oldest]
  return states.find((state) => state !== 'right') ?? 'right'
}

/** Rows whose context is also that of rows of the other mode. */
function sharedRows({ on, off }: Tally['contexts']): number {
  let rows = 0
  for (const [context, count] of on) rows += off.has(context) ? count + off.get(context)! : 0
  return rows
}

/** The shape that would be right, in the words of a recipe. */
function adviceFor(
  { rows, right, faults, needsAliases, needsBare, form }: Omit<ConfigurationReport, 'advice'>,
  { best, switches, text }: TemplateFacts,
): string {
  if (right === rows) return ''
  const { lost, misplaced, answer_lost, error } = faults
  if (needsBare === lost + misplaced + answer_lost + error && needsBare > 0)
    return "right from transformers 5.24 on, which leaves out what is null: state `transformers: '5.24'` for this target"
  if (needsAliases === lost + misplaced + answer_lost + error && needsAliases > 0)
    return `right from transformers 5.21 on: state \`transformers: '5.21'\` for this target${best === null ? '' : `, or write \`shape: ${best}\``}`
  if (lost + misplaced + answer_lost + error > 0)
    return best === null
      ? `no shape of messages keeps the reasoning in this template; write plain texts: \`{export: sft, role: …, text: ${JSON.stringify(text)}}\``
      : `write \`{export: sft, role: …, shape: ${best}}\``
  if (faults.ambiguous > 0) return modeAdvice(form, switches)
  return 'leave longer rows out with `filter.length`, or choose a student that reads more'
}

function modeAdvice(form: TrainingForm, switches: TemplateFacts['switches']): string {
  const { name } = switches.find(({ values }) => values.includes(true)) ?? {}
  if (name !== undefined && form !== 'prompt_completion')
    return `write \`{export: mix, form: prompt_completion}\`: its rows set \`${name}\` before what is trained`
  return 'this template has no switch that these rows set: write the mix with `system: true`, which states the mode in words'
}
