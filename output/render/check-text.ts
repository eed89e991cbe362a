import type { RowFinding } from './check-rows.ts'
import type { TemplateFacts } from './describe.ts'
import type { PlainTexts } from './training-rows.ts'

/** A text that no template is applied to must begin and end as the template would have it. */
export function checkText(
  { id, prompt, completion }: PlainTexts,
  { generationPrompt, end }: Pick<TemplateFacts, 'generationPrompt' | 'end'>,
  count: (text: string) => number | null,
): RowFinding {
  const begins = generationPrompt !== '' && prompt.endsWith(generationPrompt)
  const ends = completion.endsWith(end.trimEnd()) || completion.endsWith(end)
  const state = begins && ends ? 'right' : 'misplaced'
  const block = /^(?:<think>)?\s*([\s\S]*?)\s*<\/think>/u.exec(completion)
  return {
    id,
    reasons: (block?.[1] ?? '') !== '',
    raw: state,
    aliased: state,
    bare: state,
    why: begins
      ? ends
        ? ''
        : 'the completion does not end as an answer of this template does'
      : 'the prompt does not end with the generation prompt of this template',
    // The texts before what is trained differ by the question only.
    context: generationPrompt,
    cutsRight: true,
    trimmed: false,
    tokens: count(prompt + completion),
  }
}
