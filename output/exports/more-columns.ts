import { z } from 'zod'
import { measureOf } from '../../schemas/decision.ts'
import type { Problem } from '../../schemas/problem.ts'
import { Area, Format, ToldBy } from '../../schemas/problem-kind.ts'
import type { RowSchema } from '../../store/parquet/columns.ts'
import type { Row } from '../../store/parquet/rows.ts'
import type { Export, GroupSample, ProblemGroup } from './export.ts'
import { traceColumns } from './shared-columns.ts'

/** A number that is stored with every decision. */
export type MeasureColumn = { name: string; unit: string; describe: string; whole: boolean }

/** An item of a benchmark that a problem holds; places are UTF-16 units of prompt and options joined by line ends. */
export type BenchmarkContact = {
  benchmark: string
  revision: string
  item: string
  rule: string
  value: number
  start: number
  end: number
}

/** What a recipe adds to every configuration. */
export type MoreColumns = {
  measures: readonly MeasureColumn[]
  /** Tells the script that most letters of a prompt are of, and their share. */
  promptScript?: (problem: Problem) => { script: string; share: number | null }
  /** Whether the recipe has areas and formats found out. */
  kinds?: boolean
  contamination?: {
    /** The benchmarks that were looked for, by the name of their column. */
    columns: ReadonlyMap<string, string>
    find: (problem: Problem) => readonly BenchmarkContact[]
  }
}

/**
 * The same export with further columns. Measures are one struct where a row is about one answer, else a list of them, one
 * for each answer that the row names or, where it names none, that the export reads of its problem.
 */
export function withMoreColumns(
  one: Export,
  { measures, promptScript, contamination, kinds = false }: MoreColumns,
): Export {
  if (measures.length === 0 && promptScript === undefined && contamination === undefined && !kinds) return one
  return {
    ...one,
    schema(arms) {
      const schema = one.schema(arms)
      return z.strictObject({
        ...schema.shape,
        ...(kinds && kindColumns),
        ...(measures.length > 0 && { measures: measuresSchema(measures, isOfOneAnswer(schema)) }),
        ...(promptScript && promptScriptColumns),
        ...(contamination && contaminationSchema(contamination.columns)),
      })
    },
    rows(group, arms) {
      const rows = one.rows(group, arms)
      if (rows.length === 0) return rows
      const single = measures.length > 0 && isOfOneAnswer(one.schema(arms))
      const prompt = promptScript && promptScriptValues(promptScript(group.problem))
      const contacts = contamination && contaminationValues(contamination, group.problem)
      return rows.map((row) =>
        Object.assign(
          {},
          row,
          kinds && kindValues(group),
          measures.length > 0 && { measures: measuresOf(row, group, measures, single) },
          prompt,
          contacts,
        ),
      )
    },
  }
}

const kindColumns = {
  area: Area.describe(
    'what the problem is about: general, math, code or science; unknown where nobody could tell',
  ),
  format: Format.describe(
    'the form in which it wants its answer: multiple_choice or open_ended; unknown where nobody could tell',
  ),
  kind_from: z
    .strictObject({ area: ToldBy, format: ToldBy, judge: z.string() })
    .describe(
      'who told area and format: a column of the source, the map of the recipe, the task, a rule, a judge or none; with the model of the judge and the digest of what it was told to do',
    ),
} as const

function kindValues({ problem, kind }: Pick<ProblemGroup, 'problem' | 'kind'>): Row {
  if (!kind) throw new Error(`nothing says what the problem ${problem.id} is about`)
  const { area, format, area_from, format_from, kind_judge } = kind
  return { area, format, kind_from: { area: area_from, format: format_from, judge: kind_judge } }
}

/** Rows about one answer say at the top how it came about, in columns that are declared in one place. */
function isOfOneAnswer(schema: RowSchema): boolean {
  return schema.shape['verdict'] === traceColumns.verdict
}

function measuresSchema(measures: readonly MeasureColumn[], single: boolean): z.ZodType {
  const members = Object.fromEntries(
    measures.map(({ name, unit, describe, whole }) => [
      name,
      (whole ? z.int() : z.number()).nullable().describe(`${describe} (${unit})`),
    ]),
  )
  const meaning = measures.map(({ name, describe }) => `${name}: ${describe}`).join('; ')
  return single
    ? z.strictObject(members).describe(`what filters measured of the answer: ${meaning}`)
    : z
        .array(z.strictObject({ id: z.string(), arm: z.string(), ...members }))
        .describe(`what filters measured of each answer: ${meaning}`)
}

function measuresOf(
  row: Row,
  { samples }: ProblemGroup,
  measures: readonly MeasureColumn[],
  single: boolean,
): unknown {
  const { id, ids } = row as { id?: string; ids?: string[] }
  const names = ids ?? id?.split(' ') ?? []
  const named = samples.filter(({ trace }) => names.includes(trace.key))
  const valuesOf = ({ decision }: GroupSample): Row =>
    Object.fromEntries(measures.map(({ name }) => [name, measureOf(decision, name)]))
  if (!single)
    return (named.length > 0 ? named : samples).map((sample) =>
      Object.assign({ id: sample.trace.key, arm: sample.arm.role }, valuesOf(sample)),
    )
  const [sample] = named
  if (named.length !== 1 || sample === undefined)
    throw new Error(`the row ${id ?? ''} is about one answer, and ${named.length} have its id`)
  return valuesOf(sample)
}

const promptScriptColumns = {
  prompt_script: z
    .string()
    .describe(
      'writing system of most letters of the prompt, outside of maths and code; empty where it has no letters',
    ),
  prompt_script_share: z.number().nullable().describe('share of those letters, null where there are none'),
}

function promptScriptValues({ script, share }: { script: string; share: number | null }): Row {
  return { prompt_script: script, prompt_script_share: share }
}

function contaminationSchema(columns: ReadonlyMap<string, string>): Record<string, z.ZodType> {
  return {
    ...Object.fromEntries(
      [...columns].map(([column, benchmark]) => [
        column,
        z
          .boolean()
          .describe(`whether the problem holds an item of the benchmark ${benchmark}, or a part of one`),
      ]),
    ),
    contamination: z
      .array(
        z.strictObject({
          benchmark: z.string(),
          revision: z.string(),
          item: z.string(),
          rule: z.string(),
          value: z.number(),
          start: z.int().nonnegative(),
          end: z.int().nonnegative(),
        }),
      )
      .describe(
        'the closest item of each such benchmark: its edition and id, by which rule and how much of it, and where in the prompt with its options',
      ),
  }
}

function contaminationValues(
  { columns, find }: NonNullable<MoreColumns['contamination']>,
  problem: Problem,
): Row {
  const contacts = find(problem)
  return {
    ...Object.fromEntries(
      [...columns].map(([column, benchmark]) => [
        column,
        contacts.some((contact) => contact.benchmark === benchmark),
      ]),
    ),
    contamination: [...contacts],
  }
}
