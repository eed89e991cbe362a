import { z } from 'zod'
import type { ProblemFilter } from '../filter.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/**
 * Prompts that were damaged on their way: s1 (arXiv 2501.19393) drops ASCII diagrams, page numbers and broken markup; the
 * tests are our own. Programs may hold anything, so prompts of the task `code` are looked at for lost characters only.
 */
export const formattingDamage: ProblemFilter<z.infer<typeof Options>> = {
  name: 'formatting-damage',
  version: '2',
  source: 's1 (arXiv 2501.19393) for the rule; own tests',
  rules: ['P10'],
  scope: 'problem',
  defaultOn: false,
  reasons: { formatting_damage: 'The prompt shows damage of its formatting.' },
  options: Options,
  verifies: false,
  summary: 'show damage of their formatting',
  create: () =>
    byProblem(({ prompt, task }) => {
      const detail = damageOf(prompt, task === 'code')
      if (detail === undefined) return undefined
      return {
        reason: 'formatting_damage',
        detail,
        message: `the prompt is damaged (${detail}); mend it, or remove the row`,
      }
    }),
}

function damageOf(prompt: string, isCode: boolean): string | undefined {
  if (prompt.includes('\uFFFD')) return 'lost characters'
  if (isCode) return undefined
  if (/&(?:lt|gt|amp|nbsp|quot|#\d{2,5});/i.test(prompt)) return 'HTML entities'
  if (pageNumber.test(prompt)) return 'page numbers'
  if (isUnbalanced(prompt)) return 'unbalanced maths'
  return drawnLines(prompt) >= 3 ? 'ASCII drawing' : undefined
}

/** Alone in its line: of white space over several lines each line is looked at once. */
const pageNumber =
  /^[^\S\n\r\u2028\u2029]*(?:page \d+(?: of \d+)?|[-–—] ?\d+ ?[-–—]|\d+ ?\| ?p ?a ?g ?e)[^\S\n\r\u2028\u2029]*$/im

/** A price is no delimiter, so a dollar beside a digit counts only where a formula is closed. */
function isUnbalanced(prompt: string): boolean {
  const text = prompt.replace(/\\\$/g, '')
  if ((text.match(/\$\$/g)?.length ?? 0) % 2 === 1) return true
  const inner = text.replace(/\$\$/g, '')
  const dollars = inner.match(/\$/g)?.length ?? 0
  const prices = inner.match(/\$ ?\d|\d ?\$/g)?.length ?? 0
  if (dollars % 2 === 1 && prices === 0) return true
  const count = (mark: string): number => text.split(mark).length - 1
  return (
    count('\\(') !== count('\\)') ||
    count('\\[') - count('\\\\[') !== count('\\]') ||
    count('\\begin{') !== count('\\end{')
  )
}

/** Lines that consist of the strokes of a drawing. The rules of a Markdown table are one line. */
function drawnLines(prompt: string): number {
  return prompt
    .split('\n')
    .filter((line) => /^[\s|_\-/\\+=*.:^<>]{5,}$/.test(line) && /[|/\\].*\S/.test(line)).length
}
