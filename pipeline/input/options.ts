import { z } from 'zod'
import { Task } from '../../schemas/problem.ts'

const Column = z.string().min(1)

/**
 * Which column holds what. A column that is not named is looked for under the usual names (`columns.ts`); a dot reaches
 * into a nested value (`extra.answer`, `answers.0`) unless a column has exactly that name.
 */
export const ProblemFields = z.strictObject({
  /** The question: text, or a list of chat messages with one user message. */
  prompt: Column.optional(),
  /** The reference answer: text, number, boolean, or a list of answers any of which is right. */
  answer: Column.optional(),
  /** A list of reference answers, any of which is right; wins over `answer`. */
  answers: Column.optional(),
  /** The options of a multiple-choice problem. */
  choices: Column.optional(),
  /** The problem's id in its source. */
  id: Column.optional(),
  /** How the answer is checked, a task name; never guessed. */
  task: Column.optional(),
  source: Column.optional(),
  license: Column.optional(),
  domain: Column.optional(),
  difficulty: Column.optional(),
})
export type ProblemFields = z.infer<typeof ProblemFields>

/** What holds for rows that do not say it themselves. */
export const ProblemDefaults = z.strictObject({
  /** Without it a row with options is a `choice` problem and any other a `math` problem. */
  task: Task.optional(),
  /** Without it the name of the file. */
  source: z.string().default(''),
  license: z.string().default(''),
  domain: z.string().default(''),
})
export type ProblemDefaults = z.infer<typeof ProblemDefaults>

export const ProblemFormat = z.enum(['auto', 'jsonl', 'csv', 'parquet'])
export type ProblemFormat = z.infer<typeof ProblemFormat>

/** Problems from files. */
export const ProblemsFiles = z.strictObject({
  /** Paths or glob patterns, relative to the working folder; `-` is standard input. */
  files: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  /** `auto` goes by the file's extension. */
  format: ProblemFormat.default('auto'),
  fields: ProblemFields.prefault({}),
  defaults: ProblemDefaults.prefault({}),
  /** Rows to read at most, bad ones included. */
  limit: z.int().positive().optional(),
})
export type ProblemsFiles = z.infer<typeof ProblemsFiles>
