import { z } from 'zod'
import type { Problem } from '../../schemas/problem.ts'
import { quoted } from '../../schemas/quoted.ts'
import type { Finding, ProblemFilter } from '../filter.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('warn') })

/**
 * Every reference answer goes through its own verifier. One that is not found right when it is compared with itself can
 * never be matched by a trace, and is found here before anything is paid for. Problems without a reference and of the
 * task `none` are not looked at.
 */
export const goldCheck: ProblemFilter<z.infer<typeof Options>> = {
  name: 'gold-check',
  version: '2',
  source: 'a reference is compared with itself (own rule)',
  scope: 'problem',
  defaultOn: true,
  setBy: 'problems.unverifiable_gold',
  reasons: { unverifiable_gold: 'Its own verifier does not find the reference answer right.' },
  options: Options,
  verifies: true,
  summary: 'have a reference answer that their own verifier does not find right',
  consequence: 'only a judge can tell',
  create: (_, { verifyGolds }) =>
    async function check(problems): Promise<(Finding | undefined)[]> {
      const checkable = problems.map(({ problem }) => problem).filter(isCheckable)
      const results = checkable.length === 0 ? [] : await verifyGolds(checkable)
      const found = new Map(checkable.map((problem, index) => [problem, results[index]!]))
      return problems.map(({ problem }) => {
        const result = found.get(problem)
        if (result === undefined || result.verdict === 'correct') return undefined
        const detail = `${result.verdict}: ${result.reason}`
        return { reason: 'unverifiable_gold', detail, message: messageOf(problem, detail) }
      })
    },
}

function isCheckable({ task, answers }: Problem): boolean {
  return task !== 'none' && answers.length > 0
}

function messageOf({ answers, task }: Problem, detail: string): string {
  return `the reference answer ${quoted(answers)} is not found right by its own verifier, ${task} (${detail}); correct it, or set problems.unverifiable_gold to warn`
}
