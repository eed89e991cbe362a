import { z } from 'zod'
import { Task } from '../schemas/problem.ts'
import { isTemplate, readTemplate } from './prompt-template.ts'

const Column = z.string().min(1)

const Columns = z.array(Column).min(2).max(26)

const PromptColumn = Column.superRefine((field, context) => {
  const read = isTemplate(field) ? readTemplate(field) : []
  if (typeof read === 'string')
    context.addIssue({
      code: 'custom',
      message: `expected a column or a text with columns in braces; ${read}`,
    })
})

/**
 * Which column holds what. A column that is not named is looked for under the usual names (`mapping/columns.ts`); a path
 * reaches into a nested value (`mapping/path.ts`) unless a column has exactly that name.
 */
export const ProblemFields = z.strictObject({
  prompt: PromptColumn.optional().describe(
    'column of the question, text or chat messages, or a text with columns in braces: "{context}\\n\\n{question}"; `{input?}` may be absent, `{{` stands for a brace',
  ),
  answer: Column.optional().describe(
    'column of the reference answer: text, number, boolean or a list of those, any of which is right (of `code`: all tests)',
  ),
  answers: Column.optional().describe('column of a list of answers, any of which is right; wins over answer'),
  choices: z
    .union([Column, Columns])
    .optional()
    .describe(
      'column of the options of a multiple-choice problem, or the list of the columns that hold one each',
    ),
  wrong_answers: z
    .union([Column, Columns])
    .optional()
    .describe(
      'column or columns of the wrong options, where the right one is `answer` (GPQA); the order of the options depends on their content only',
    ),
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
    'how answers are checked, the name of a verifier or `none`; unset: choice for rows with options, math for others',
  ),
  source: z.string().default('').describe('where the problems are from; empty: the name of the file'),
  license: z.string().default('').describe('licence of the problems'),
  domain: z.string().default('').describe('subject of the problems'),
})
export type ProblemDefaults = z.infer<typeof ProblemDefaults>

export const ProblemFormat = z.enum(['auto', 'jsonl', 'csv', 'parquet'])
export type ProblemFormat = z.infer<typeof ProblemFormat>

export const encodings = ['utf-8', 'utf-8-sig', 'cp1252', 'latin-1', 'utf-16le', 'utf-16be'] as const
export type Encoding = (typeof encodings)[number]

/** Problems from files. */
export const ProblemsFiles = z.strictObject({
  files: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('paths or glob patterns, relative to the working folder; "-" is standard input'),
  format: ProblemFormat.default('auto').describe('auto goes by the extension of each file'),
  encoding: z
    .enum(encodings)
    .optional()
    .describe(
      'of text files; unset: UTF-8, UTF-16, or cp1252 for a CSV file whose bytes leave little doubt, which a warning says',
    ),
  delimiter: z
    .string()
    .regex(/^[^"\r\n]$/, 'expected one character, such as ";" or "\\t"')
    .optional()
    .describe('what separates the values of a CSV file; unset: found among comma, semicolon, tab and `|`'),
  rows: z
    .string()
    .regex(/\[\*\]/u, 'expected a path to the elements of a list, such as "data[*]"')
    .optional()
    .describe(
      'path to the lists whose elements are the problems, where a row of the file holds many: `data[*].paragraphs[*].qas[*]`; an element has the columns of everything around it too, and `[#]` in a field is its own place in its list',
    ),
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
const ProblemsHub = z.object({
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

/** The problem set: files, a dataset of the Hub, or the problems that the project generates itself. */
export const ProblemsSection = ProblemsFiles.partial({ files: true })
  .extend(ProblemsHub.shape)
  .extend({
    builtin: z
      .strictObject({
        count: z.int().positive().max(100_000).describe('how many problems to generate'),
        seed: z.int().nonnegative().default(1).describe('another seed, other problems'),
      })
      .optional()
      .describe('problems generated by the project itself'),
    per_shard: z.int().min(1).max(4096).default(256).describe('problems in one unit of work'),
    unverifiable_gold: z
      .enum(['warn', 'drop', 'fail'])
      .default('warn')
      .describe(
        'a reference answer that its own verifier does not find right when it is compared with itself: the problem stays and a warning says so, is dropped, or ends the run before anything is asked',
      ),
  })
  .refine(
    ({ files, hub, builtin }) => [files, hub, builtin].filter((each) => each !== undefined).length === 1,
    {
      message:
        'give one of `files` (your own problems), `hub` (a dataset of the Hub) and `builtin` (generated ones)',
    },
  )
  .refine(
    ({ hub, config, split, revision }) => hub !== undefined || (config ?? split ?? revision) === undefined,
    { message: '`config`, `split` and `revision` go with `hub`' },
  )
  .refine(({ hub, format }) => hub === undefined || format === 'auto', {
    message: '`format` goes with `files`; the files of a dataset are told by their names',
  })
export type ProblemsSection = z.infer<typeof ProblemsSection>
