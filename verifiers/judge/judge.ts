import { readFileSync } from 'node:fs'
import type { VerdictValue } from '../../schemas/verdict.ts'

/** What a judge is shown: the question and two final answers, never the solution that one of them was taken from. */
export type JudgeQuestion = {
  /** The problem as the teacher saw it, options included. */
  question: string
  /** Reference answers, any of which is right. */
  golds: readonly string[]
  /** The final answer as the verifier read it out of the text. */
  answer: string
}

/** Sends one user message to one judge and resolves with what `readJudgement` makes of the reply. */
export type AskJudge = (message: string) => Promise<VerdictValue>

const template = readFileSync(new URL('prompt.md', import.meta.url), 'utf8').trimEnd()

/** Stands for the text of the prompt in fingerprints. */
export const judgePrompt = template

/** The user message for a judge. Markers inside the texts are made harmless, so that no answer can end its own block. */
export function judgeMessage({ question, golds, answer }: JudgeQuestion): string {
  const texts: Record<string, string> = { question, gold: golds.join('\nor: '), answer }
  return template.replaceAll(/\{\{(\w+)\}\}/gu, (_all, name: string) => withoutMarkers(texts[name] ?? ''))
}

/** The verdict at the end of a judge's reply; one that is cut off or says neither is `undecided`. */
export function readJudgement(reply: string): VerdictValue {
  const last = [...reply.matchAll(/\\boxed\s*\{\s*(?:\\text\w*\s*\{\s*)?([^{}]*?)\s*\}/gu)].at(-1)?.[1]
  if (last === undefined) return 'undecided'
  if (/^yes[.!]?$/iu.test(last)) return 'correct'
  return /^no[.!]?$/iu.test(last) ? 'incorrect' : 'undecided'
}

/**
 * Asks every judge the same and takes what more than half of them say; `undecided` where no verdict has that many. A
 * model's word on two final answers finds equal forms that rules miss, and is itself sometimes wrong (arXiv 2505.22203).
 */
export async function judgeAnswer(question: JudgeQuestion, jury: readonly AskJudge[]): Promise<VerdictValue> {
  const message = judgeMessage(question)
  const verdicts = await Promise.all(jury.map((ask) => ask(message)))
  const enough = jury.length / 2
  const agreed = (['correct', 'incorrect'] as const).find(
    (verdict) => verdicts.filter((each) => each === verdict).length > enough,
  )
  return agreed ?? 'undecided'
}

function withoutMarkers(text: string): string {
  return text.replaceAll(/<(\/?)(question|reference_answer|student_answer)>/giu, '[$1$2]')
}
