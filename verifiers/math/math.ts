import type { VerifierResult } from '../../schemas/verdict.ts'
import { BudgetExceeded, MAX_ANSWER_CHARACTERS, newBudget, type Budget } from './values/budget.ts'
import { compareNodes } from './compare/compare.ts'
import type { Context } from './evaluate/context.ts'
import { afterPhrase } from '../extract/marked.ts'
import { extractAnswer, type Reading } from './extract/extract.ts'
import { literalForm } from './parse/literal.ts'
import { MathOptions } from './evaluate/options.ts'
import { parseAnswer } from './parse/parser.ts'
import { otherReadings } from './extract/readings.ts'
import type { Outcome } from './evaluate/scalar.ts'
import { stripThinkBlocks } from '../extract/think-blocks.ts'
import type { Verifier, VerifierInput } from '../verifier.ts'

export { MathOptions } from './evaluate/options.ts'

/** Answers in mathematics: numbers, expressions, sets, intervals, matrices, equations, words. */
export const mathVerifier: Verifier<MathOptions> = {
  name: 'math',
  version: '4',
  options: MathOptions,
  verify: (input, options) => verifyMath(input, options),
}

/** Finds the final answer of a text and compares it with the references; any of them is right. The budget tells the work done. */
export function verifyMath(
  input: VerifierInput,
  options: MathOptions,
  budget: Budget = newBudget(),
): VerifierResult {
  let answer: Reading | undefined
  try {
    const settings = { prompt: input.prompt, prose: options.prose, budget }
    answer = extractAnswer(input.output, { ...settings, bare: input.bare ?? false })
    const found = { extracted: answer?.text.slice(0, 2_000) ?? '', extraction: answer?.extraction ?? 'none' }
    const result = (verdict: VerifierResult['verdict'], path: string, reason: string): VerifierResult => ({
      verdict,
      ...found,
      path,
      reason,
    })
    const golds: Reading[] = []
    for (const text of input.answers) {
      const gold = readGold(text, settings)
      if (gold !== undefined) golds.push(gold)
    }
    if (golds.length === 0) return result('gold_unparseable', 'none', 'empty_gold')
    if (answer === undefined) return result('no_answer', 'none', 'no_answer_found')
    if (answer.text.length > MAX_ANSWER_CHARACTERS) return result('undecided', 'guard', 'answer_too_long')
    let open: Outcome | undefined
    let apart: Outcome | undefined
    for (const gold of golds) {
      if (gold.node === undefined && UNMARKED.has(answer.extraction) && isSaidWhole(gold.text, input.output))
        return result('correct', 'literal', '')
      const outcome = compareReadings(gold, answer, { options, budget, compare: compareNodes })
      if (outcome.equal === true) return result('correct', outcome.path, outcome.reason)
      if (outcome.equal === undefined) open ??= outcome
      else apart ??= outcome
    }
    const last = open ?? apart
    return result(open === undefined ? 'incorrect' : 'undecided', last?.path ?? 'none', last?.reason ?? '')
  } catch (error) {
    if (!(error instanceof BudgetExceeded) && !(error instanceof RangeError)) throw error
    const found = { extracted: answer?.text.slice(0, 2_000) ?? '', extraction: answer?.extraction ?? 'none' }
    return {
      verdict: 'undecided',
      ...found,
      path: 'guard',
      reason: error instanceof BudgetExceeded ? 'budget' : 'out_of_range',
    }
  }
}

/** Compares two final answers that have been found already; never throws. */
export function compareAnswerTexts(gold: string, answer: string, options: MathOptions): Outcome {
  const budget = newBudget()
  const found = (text: string): Reading => ({ text, extraction: 'whole', node: parseAnswer(text, budget) })
  try {
    return compareReadings(found(gold), found(answer), { options, budget, compare: compareNodes })
  } catch (error) {
    if (!(error instanceof BudgetExceeded) && !(error instanceof RangeError)) throw error
    return { equal: undefined, path: 'guard', reason: 'budget' }
  }
}

/** A reference is the answer itself, or a worked solution that ends in it. */
function readGold(
  text: string,
  settings: { prompt: string; prose: boolean; budget: { steps: number } },
): Reading | undefined {
  if (SENTINELS.has(text.trim().toLowerCase()) || text.length > 100_000) return undefined
  const prose = isWorkedSolution(text)
  const plain = prose ? text : plainAmount(text)
  const gold = extractAnswer(plain, { ...settings, prompt: '', prose, bare: false })
  if (gold?.extraction !== 'open_box')
    return gold ?? { text: text.trim(), extraction: 'text', node: undefined }
  return extractAnswer(gold.text, { ...settings, prompt: '', prose: true, bare: true })
}

/** `USD 5` and `5 (apples)` name a currency or a unit where the parser does not look for one. */
function plainAmount(text: string): string {
  const named = /^\s*-?\d[\d,.]{0,30}\s?(?:\\text\s?\{)?\s?\((?!mod\b|base\b|or\b)\p{L}{3,20}\)\}?\.?\s*$/u
  if (named.test(text)) return /-?\d[\d,.]*/u.exec(text)?.[0] ?? text
  return text.replace(/^\s*(?:USD|US\$)\s?(?=\d[\d,.]*\s*$)/u, '$')
}

/**
 * Whether a reference argues for its answer or states it in a sentence. In a short reference with words, such as
 * `all integers except 3`, the words belong to the answer.
 */
function isWorkedSolution(text: string): boolean {
  const trimmed = text.trim()
  if (/\n|####|\b(?:answer|result)\s(?:is|=)|\banswer:|答案|<answer>|<</iu.test(trimmed)) return true
  if (/\b(?:if|when|unless|except|not|or|at least|at most|than)\b/iu.test(trimmed)) return false
  if (!STATES_RESULT.test(trimmed)) return false
  // In `Room 5 is 3` the first number belongs to the answer; an argument of several sentences may hold any.
  return (
    /[.!?]\s+\p{Lu}/u.test(trimmed) || /[$=]/u.test(trimmed) || trimmed.match(/\d[\d,.]*/gu)?.length === 1
  )
}

/** A plain sentence with a verb right before its number. */
const STATES_RESULT =
  /^\p{Lu}[^\n\\]{0,300}(?:\b(?:is|are|was|were|has|have|had|equals|costs?|gets?|earns?|makes?|needs?|pays?|spends?|takes?|sells?|total of|for)|=)\s?(?:\$?-?\d[\d,.]*%?(?:\s\p{L}+){0,4}|\$[^$]{1,60}\$(?:(?:,| and| or)+\s\$[^$]{1,60}\$){0,8})\.?$/u

/** How an answer was found when nothing but prose told where it is. */
const UNMARKED: ReadonlySet<string> = new Set([
  'whole',
  'text',
  'phrase',
  'last_line',
  'last_math',
  'last_equation',
  'bold',
  'answer_line',
])

/** Whether the output is the reference word for word, alone or behind a phrase such as `the answer is`. */
function isSaidWhole(gold: string, output: string): boolean {
  const said = stripThinkBlocks(output).trim()
  if (said.length > 2 * MAX_ANSWER_CHARACTERS) return false
  const form = literalForm(gold)
  return form !== '' && (form === literalForm(said) || form === literalForm(afterPhrase(said) ?? ''))
}

/** What sources write where they have no reference answer. */
const SENTINELS: ReadonlySet<string> = new Set([
  '',
  'notfound',
  'not found',
  'not_found',
  'proof',
  'n/a',
  'null',
  'nan',
])

function compareReadings(gold: Reading, answer: Reading, context: Context): Outcome {
  if (gold.text.length > MAX_ANSWER_CHARACTERS)
    return { equal: undefined, path: 'guard', reason: 'gold_too_long' }
  const literal = literalForm(gold.text)
  if (literal !== '' && answer.extraction !== 'open_box' && literal === literalForm(answer.text))
    return { equal: true, path: 'literal', reason: '' }
  if (answer.extraction === 'open_box') return { equal: undefined, path: 'guard', reason: 'cut_off_box' }
  if (gold.node === undefined || answer.node === undefined) return compareUnread(gold, answer)
  const outcome = compareNodes(gold.node, answer.node, context)
  if (outcome.equal === true) return outcome
  for (const [a, b] of otherReadings(gold, answer, context.budget)) {
    const other = compareNodes(a, b, context)
    if (other.equal === true) return { ...other, reason: 'other_reading' }
  }
  return outcome
}

/** At least one side is not an expression: words are compared as words, anything else is left open. */
function compareUnread(gold: Reading, answer: Reading): Outcome {
  if (literalForm(gold.text).toLowerCase() === literalForm(answer.text).toLowerCase())
    return { equal: true, path: 'text', reason: '' }
  if (gold.node === undefined && answer.node !== undefined)
    return { equal: undefined, path: 'text', reason: 'gold_not_understood' }
  return { equal: undefined, path: 'text', reason: 'answer_not_understood' }
}
