import type { ProblemFields } from '../problems-section.ts'
import type { RawRow } from '../rows.ts'
import { isTemplate } from '../prompt-template.ts'
import { optionsInColumns } from './choice-columns.ts'
import { codeColumns } from './code-tests.ts'
import { contextNames, findField, isNothing, namedPaths, usualNames } from './columns.ts'
import { optionColumns, wrongAnswerColumns } from './option-names.ts'
import { topColumn } from './path.ts'

/** Rows that are looked at. */
const lookedAt = 200

/** Which columns of a set went into its problems. */
export type ColumnUse = {
  /** The columns of a file, where the file declares them; rows may hold only those that are loaded. */
  saw(columns: readonly string[]): void
  add(row: RawRow['row']): void
  /** Columns that no field used, in the order of the set. */
  unused(): string[]
  /** Columns that the recipe names and none of the rows looked at has, with the fields that name them; those of prompts and answers are told of each row. */
  absent(): { field: string; column: string }[]
  /** What to write when a column that usually holds what the question is about is no part of the prompt. */
  missingContext(): { column: string; prompt: string } | undefined
}

export function openColumnUse(fields: ProblemFields): ColumnUse {
  const seen = new Set<string>()
  const used = new Set<string>()
  let prompt: string | undefined
  let rows = 0
  const unused = (): string[] => [...seen].filter((column) => !used.has(column))
  return {
    saw: (columns) => columns.forEach((column) => seen.add(column)),
    add(row) {
      rows += 1
      if (rows > lookedAt) return
      const columns = Object.keys(row)
      for (const column of columns) seen.add(column)
      for (const column of usedColumns(row, fields)) used.add(topColumn(column, columns))
      prompt ??= fields.prompt ?? findField(row, 'prompt', undefined)?.column
    },
    unused,
    absent() {
      if (rows === 0) return []
      const told = new Set<string>(['prompt', 'answer', 'answers'])
      return namedPaths(fields)
        .map(({ field, path }) => ({ field, column: topColumn(path.normalize(), [...seen]) }))
        .filter(({ field, column }) => !told.has(field) && !seen.has(column))
    },
    missingContext() {
      const column = unused().find((name) => contextNames.includes(name.toLowerCase()))
      if (column === undefined || prompt === undefined) return undefined
      const asked = isTemplate(prompt) ? prompt : `{${prompt}}`
      // An instruction comes before what it is about, a question behind it.
      const before = prompt === 'instruction'
      return { column, prompt: before ? `${asked}\\n\\n{${column}}` : `{${column}}\\n\\n${asked}` }
    },
  }
}

function usedColumns(row: RawRow['row'], fields: ProblemFields): string[] {
  const used = namedPaths(fields).map(({ path }) => path)
  const answered = fields.answer !== undefined || fields.answers !== undefined
  for (const field of Object.keys(usualNames) as (keyof typeof usualNames)[]) {
    const isAnswer = field === 'answer' || field === 'answers'
    if (fields[field] !== undefined || (isAnswer && answered)) continue
    const found = findField(row, field, undefined)
    if (found !== undefined) used.push(found.column)
  }
  if (!answered && !isNothing(row['solution'])) used.push('solution')
  used.push(...codeColumns(Object.keys(row)))
  if (fields.choices === undefined && optionsInColumns(row, fields)) used.push(...optionColumns.flat())
  if (fields.wrong_answers === undefined) used.push(...wrongAnswerColumns.flat())
  return used
}
