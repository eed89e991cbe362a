import { boxedInstruction } from '../boxed-instruction.ts'
import type { VerifierResult } from '../../schemas/verdict.ts'
import { BudgetExceeded, MAX_ANSWER_CHARACTERS, newBudget, type Budget } from './values/budget.ts'
import { formulaOf } from './compare/formula.ts'
import { isReordered } from './compare/order.ts'
import { compareNodes } from './compare/compare.ts'
import type { Context } from './evaluate/context.ts'
import { afterPhrase } from '../extract/phrase.ts'
import { withDecimalPoints } from './extract/decimal-comma.ts'
import { extractAnswer } from './extract/extract.ts'
import { partAskedFor } from './compare/asked.ts'
import { withSameLetters } from './compare/renamed.ts'
import { readGold } from './gold.ts'
import type { Reading } from './extract/reading.ts'
import { literalForm } from './parse/literal.ts'
import { MathOptions } from './evaluate/options.ts'
import { parseAnswer } from './parse/parser.ts'
import { otherReadings, withoutUnitLetter } from './extract/readings.ts'
import type { Outcome } from './evaluate/scalar.ts'
import { stripThinkBlocks } from '../extract/think-blocks.ts'
import type { Verifier, VerifierInput } from '../verifier.ts'

export { MathOptions } from './evaluate/options.ts'

/** Answers in mathematics: numbers, expressions, sets, intervals, matrices, equations, words. */
export const mathVerifier: Verifier<MathOptions> = {
  name: 'math',
  version: '5',
  options: MathOptions,
  // The sentence that the model cards of reasoning models advise.
  instruction: boxedInstruction,
  verify: (input, options) => verifyMath(input, options),
}

/** Finds the final answer of a text and compares it with the references; any of them is right. The budget tells the work done. */
export function verifyMath(
  input: VerifierInput,
  options: MathOptions,
  budget: Budget = newBudget(),
): VerifierResult {
  const pointed = withDecimalPoints(input, options)
  const result = verifyPointed(pointed, options, budget)
  if (result.verdict !== 'incorrect' || pointed.output === input.output) return result
  // `1.024` may be said with a decimal point all the same, and `{2,3}` may be two numbers.
  const otherwise = verifyPointed({ ...pointed, output: input.output }, options, budget)
  return otherwise.verdict === 'correct'
    ? { ...result, verdict: 'undecided', path: 'text', reason: 'comma_or_point' }
    : result
}

function verifyPointed(input: VerifierInput, options: MathOptions, budget: Budget): VerifierResult {
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
    if (answer.doubt !== undefined) return result('undecided', 'extraction', answer.doubt)
    if (answer.text.length > MAX_ANSWER_CHARACTERS) return result('undecided', 'guard', 'answer_too_long')
    let open: Outcome | undefined
    let apart: Outcome | undefined
    for (const gold of golds) {
      if (gold.node === undefined && UNMARKED.has(answer.extraction) && isSaidWhole(gold.text, input.output))
        return result('correct', 'literal', formulaOf(gold.text) === undefined ? 'gold_not_understood' : '')
      const outcome = compareReadings(gold, answer, {
        options,
        budget,
        prompt: input.prompt,
        compare: compareNodes,
      })
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
    return compareReadings(found(gold), found(answer), { options, budget, prompt: '', compare: compareNodes })
  } catch (error) {
    if (!(error instanceof BudgetExceeded) && !(error instanceof RangeError)) throw error
    return { equal: undefined, path: 'guard', reason: 'budget' }
  }
}

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

function compareReadings(gold: Reading, answer: Reading, context: Context): Outcome {
  if (gold.text.length > MAX_ANSWER_CHARACTERS)
    return { equal: undefined, path: 'guard', reason: 'gold_too_long' }
  const literal = literalForm(gold.text)
  if (literal !== '' && answer.extraction !== 'open_box' && literal === literalForm(answer.text))
    return {
      equal: true,
      path: 'literal',
      reason: gold.node === undefined && formulaOf(gold.text) === undefined ? 'gold_not_understood' : '',
    }
  if (answer.extraction === 'open_box') return { equal: undefined, path: 'guard', reason: 'cut_off_box' }
  const formula = /[A-Z]/u.test(gold.text) ? formulaOf(gold.text) : undefined
  if (formula !== undefined && formula === formulaOf(answer.text))
    return { equal: true, path: 'formula', reason: '' }
  if (gold.node === undefined || answer.node === undefined) return compareUnread(gold, answer)
  const outcome = compareNodes(gold.node, answer.node, context)
  if (outcome.equal === true)
    return isReordered(gold.text, answer.text, context.prompt)
      ? { equal: undefined, path: 'order', reason: 'order_may_matter' }
      : outcome
  const renamed = withSameLetters(gold.node, answer.node, context.prompt)
  const asked = partAskedFor(gold.node, answer.node, context.prompt)
  for (const node of [renamed, asked]) {
    const other = node === undefined ? outcome : compareNodes(gold.node, node, context)
    if (other.equal === true) return other
  }
  for (const [a, b] of otherReadings(gold, answer, context.prompt, context.budget)) {
    const other = compareNodes(a, b, context)
    if (other.equal === true) return { ...other, reason: 'other_reading' }
  }
  return outcome.equal === false && isSymbolOrUnit(gold, answer, context)
    ? { equal: undefined, path: 'unit', reason: 'unit_or_symbol' }
    : outcome
}

/** `5m` for 5: five metres, or a multiple of m. */
function isSymbolOrUnit(gold: Reading, answer: Reading, context: Context): boolean {
  if (gold.node === undefined || answer.node === undefined) return false
  const [left, right] = [withoutUnitLetter(gold.node), withoutUnitLetter(answer.node)]
  return (
    (right !== undefined && compareNodes(gold.node, right, context).equal === true) ||
    (left !== undefined && compareNodes(left, answer.node, context).equal === true)
  )
}

/** At least one side is not an expression: words are compared as words, anything else is left open. */
function compareUnread(gold: Reading, answer: Reading): Outcome {
  if (literalForm(gold.text).toLowerCase() === literalForm(answer.text).toLowerCase())
    return { equal: true, path: 'text', reason: gold.node === undefined ? 'gold_not_understood' : '' }
  if (gold.node === undefined && answer.node !== undefined)
    return { equal: undefined, path: 'text', reason: 'gold_not_understood' }
  return { equal: undefined, path: 'text', reason: 'answer_not_understood' }
}
