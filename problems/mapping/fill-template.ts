import { readTemplate } from '../prompt-template.ts'
import { promptText } from './chat.ts'
import { scalarText } from './choices.ts'
import { valueAt } from './path.ts'

/** What is wrong with a row for a template; `reason` tells a column that is not there from one that is no text. */
export type TemplateFault = { reason: 'missing_prompt' | 'bad_prompt'; message: string; value?: unknown }

/** The prompt that a template makes of a row. A column that holds nothing takes the white space behind it along. */
export function fillTemplate(
  template: string,
  row: Readonly<Record<string, unknown>>,
): string | TemplateFault {
  const parts = readTemplate(template)
  if (typeof parts === 'string') return { reason: 'bad_prompt', message: parts }
  let prompt = ''
  let hasValue = false
  let isAfterNothing = false
  for (const part of parts) {
    if ('text' in part) {
      prompt += isAfterNothing ? part.text.trimStart() : part.text
      isAfterNothing = false
      continue
    }
    const value = valueAt(row, part.path)
    if (value === undefined && !part.mayBeAbsent)
      return { reason: 'missing_prompt', message: `the row has nothing at "${part.path}"` }
    const text = textOf(value)
    if (text === undefined)
      return {
        reason: 'bad_prompt',
        message: `"${part.path}" must hold text, a number or a list of those`,
        value,
      }
    if (text === '') isAfterNothing = true
    else hasValue = true
    prompt += text
  }
  if (hasValue) return prompt.trim()
  return { reason: 'missing_prompt', message: 'all columns of the prompt are empty' }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return ''
  const single = promptText(value) ?? scalarText(value)
  if (single !== undefined) return single.trim()
  if (!Array.isArray(value)) return undefined
  const texts = value.map((each: unknown) => scalarText(each))
  return texts.every((text) => text !== undefined) ? texts.join('\n').trim() : undefined
}
