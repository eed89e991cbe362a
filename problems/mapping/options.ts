import { z } from 'zod'
import { Task } from '../../schemas/problem.ts'

const Column = z.string().min(1)

/**
 * Which column holds what. A column that is not named is looked for under the usual names (`columns.ts`); a dot reaches
 * into a nested value (`extra.answer`, `answers.0`) unless a column has exactly that name.
 */
export const ProblemFields = z.strictObject({
  prompt: Column.optional().describe('column of the question: text, or chat messages with one user message'),
  answer: Column.optional().describe(
    'column of the reference answer: text, number, boolean or a list of those',
  ),
  answers: Column.optional().describe('column of a list of answers, any of which is right; wins over answer'),
  choices: Column.optional().describe('column of the options of a multiple-choice problem'),
  id: Column.optional().describe('column of the id that the problem has in its source'),
  task: Column.optional().describe('column of the name of the task; never looked for unless named'),
  source: Column.optional().describe('column that says where the problem is from'),
  license: Column.optional().describe('column of the licence'),
  domain: Column.optional().describe('column of the subject'),
  difficulty: Column.optional().describe("column of the source's own difficulty label"),
})
export type ProblemFields = z.infer<typeof ProblemFields>

/** What holds for rows that do not say it themselves. */
export const ProblemDefaults = z.strictObject({
  task: Task.optional().describe(
    'how answers are checked; unset: choice for rows with options, math for others',
  ),
  source: z.string().default('').describe('where the problems are from; empty: the name of the file'),
  license: z.string().default('').describe('licence of the problems'),
  domain: z.string().default('').describe('subject of the problems'),
})
export type ProblemDefaults = z.infer<typeof ProblemDefaults>

export const ProblemFormat = z.enum(['auto', 'jsonl', 'csv', 'parquet'])
export type ProblemFormat = z.infer<typeof ProblemFormat>

/** Problems from files. */
export const ProblemsFiles = z.strictObject({
  files: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('paths or glob patterns, relative to the working folder; "-" is standard input'),
  format: ProblemFormat.default('auto').describe('auto goes by the extension of each file'),
  fields: ProblemFields.prefault({}).describe('which column holds what'),
  defaults: ProblemDefaults.prefault({}).describe('what holds for rows that do not say it themselves'),
  missing_answer: z
    .enum(['reject', 'keep'])
    .optional()
    .describe(
      'rows without a reference answer: rejected unless `keep`, for problems whose answer `verify.majority` is to find',
    ),
  limit: z.int().positive().optional().describe('most rows to read, bad ones included'),
})
export type ProblemsFiles = z.infer<typeof ProblemsFiles>

/** Problems from a dataset of the Hub. None has a default, so that a recipe of another source does not carry them. */
export const ProblemsHub = z.object({
  hub: z
    .string()
    .regex(
      /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)?$/,
      'expected the name of a dataset on the Hub, such as openai/gsm8k',
    )
    .optional()
    .describe(
      'dataset of the Hugging Face Hub, read at one commit that stays the same for the whole run; only the columns that `fields` names or the usual names find are loaded; HF_TOKEN and HF_ENDPOINT are read from the environment',
    ),
  config: z
    .string()
    .min(1)
    .optional()
    .describe('its configuration; unset: the default one of its card, or the only one'),
  split: z.string().min(1).optional().describe('its split; unset: `train`'),
  revision: z.string().min(1).optional().describe('its branch, tag or commit; unset: `main`'),
})
