import { z } from 'zod'
import type { Arm } from '../../schemas/arm.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { answerOptions } from './answer-form.ts'
import { armOfRole, assistantShape, Message, promptMessages, shapedAnswer } from './conversation.ts'
import type { ConfigurableExport, GroupSample, ProblemGroup } from './export.ts'
import { problemColumns, problemValues } from './shared-columns.ts'
import { byLength, isOnlyWrong, isRight, lengthOf } from './wrong-samples.ts'

const Kind = z.enum(['shortest_longest', 'correct_incorrect', 'counter', 'strong_weak'])

const Options = z.strictObject({
  kind: Kind.default('shortest_longest').describe(
    'what is preferred: the shortest right answer to the longest, a right one to a wrong one of like length, a long right one to a short wrong one (so that brevity alone does not win), the answer of a strong arm to that of a weak one',
  ),
  role: z.string().default('reasoning').describe('role of the arm whose samples are compared'),
  strong: z.string().default('strong').describe('of `strong_weak`: role of the arm that is preferred'),
  weak: z.string().default('weak').describe('and of the other'),
  min_ratio: z
    .number()
    .min(1)
    .default(1)
    .describe('least ratio of the longer to the shorter answer, for kinds that compare lengths'),
  shape: answerOptions.shape,
  single: z
    .boolean()
    .optional()
    .describe(
      'whether `chosen` and `rejected` are one message each, as ranking in LLaMA-Factory wants them, instead of lists of one, as TRL does',
    ),
})
type Options = z.output<typeof Options>

const count = z.int().nonnegative()

function preferenceRow({ shape, single }: Pick<Options, 'shape' | 'single'>): z.ZodObject {
  const message = assistantShape(shape)
  const answer = single ? message : z.array(message)
  const column = (name: 'chosen' | 'rejected'): Record<string, z.ZodType> => ({
    [`${name}_id`]: z.string().describe(`id of the ${name} sample`),
    [`${name}_tokens`]: count.describe(`length of the ${name} one`),
    [`${name}_verdict`]: z.string().describe(`whether the ${name} one is right`),
    [`${name}_model`]: z.string().describe(`model of the ${name} one`),
    [`${name}_verifier`]: z.string().describe(`verifier of the ${name} one and its version`),
  })
  return z.strictObject({
    id: z.string().describe('ids of both samples'),
    pair_id: z.string().describe('id of the problem, the same in every configuration'),
    kind: Kind.describe('why the one is preferred to the other'),
    prompt: z.array(Message).describe('the messages before the answer'),
    chosen: answer.describe('the preferred answer'),
    rejected: answer.describe('the other one'),
    ...column('chosen'),
    ...column('rejected'),
    correct: count.describe('right ones among the first samples of the arm of the chosen one'),
    checked: count.describe('how many of these were checked'),
    ...problemColumns,
  })
}

/**
 * Two answers to one problem for preference training. Sources of the kinds: shortest against longest right answer
 * Sky-T1-Flash; counter-pairs are our remedy for what these teach of length; strong against weak arm arXiv 2507.06187.
 */
export const preference: ConfigurableExport<typeof Options> = {
  name: 'preference',
  options: Options,
  defaultName: ({ kind }) => `preference-${kind.replaceAll('_', '-')}`,
  make(options, { name }) {
    const { kind, role, strong, weak } = options
    const isDelta = kind === 'strong_weak'
    return {
      name,
      version: '1',
      describe: `Preference pairs: ${kindText[kind]}.`,
      reads: isDelta ? 'selected' : 'all',
      matched: false,
      order: 'problems',
      schema(arms: readonly Arm[]) {
        for (const each of isDelta ? [strong, weak] : [role]) armOfRole(arms, each, name)
        return preferenceRow(options)
      },
      rows: (group: ProblemGroup) => rowsOf(group, options),
    }
  },
}

const kindText: Record<Options['kind'], string> = {
  shortest_longest: 'the shortest right answer and the longest',
  correct_incorrect: 'a right answer and a wrong one of like length',
  counter: 'a long right answer and a short wrong one',
  strong_weak: 'the answer of a strong arm and that of a weak one',
}

function rowsOf(group: ProblemGroup, options: Options): Row[] {
  const couple = coupleOf(group.samples, options)
  if (couple === undefined) return []
  const { chosen, rejected } = couple
  const { problem, instruction } = group
  return [
    {
      id: `${chosen.trace.key} ${rejected.trace.key}`,
      pair_id: problem.id,
      kind: options.kind,
      prompt: promptMessages(instruction, chosen.arm),
      chosen: answerOf(chosen, options),
      rejected: answerOf(rejected, options),
      ...factsOf('chosen', chosen),
      ...factsOf('rejected', rejected),
      ...chosen.rate,
      ...problemValues(problem),
    },
  ]
}

function answerOf(sample: GroupSample, { shape, single }: Options): unknown {
  const message = shapedAnswer(sample, shape)
  return single ? message : [message]
}

type Couple = { chosen: GroupSample; rejected: GroupSample }

function coupleOf(samples: readonly GroupSample[], options: Options): Couple | undefined {
  const { kind, role, strong, weak, min_ratio } = options
  const of = (name: string): GroupSample[] => samples.filter(({ arm }) => arm.role === name)
  if (kind === 'strong_weak') return couple(of(strong)[0], of(weak)[0])
  const right = byLength(of(role).filter(isRight))
  const wrong = byLength(of(role).filter(isOnlyWrong))
  if (kind === 'shortest_longest') {
    const [shortest, longest] = [right[0], right.at(-1)]
    return shortest === longest || !isLonger(longest, shortest, min_ratio)
      ? undefined
      : couple(shortest, longest)
  }
  if (kind === 'counter') {
    const [longest, shortest] = [right.at(-1), wrong[0]]
    return isLonger(longest, shortest, min_ratio) ? couple(longest, shortest) : undefined
  }
  const chosen = right[0]
  const distance = (sample: GroupSample): number => Math.abs(lengthOf(sample) - lengthOf(chosen!))
  return couple(chosen, chosen && wrong.toSorted((a, b) => distance(a) - distance(b))[0])
}

function couple(chosen: GroupSample | undefined, rejected: GroupSample | undefined): Couple | undefined {
  return chosen && rejected ? { chosen, rejected } : undefined
}

function isLonger(long: GroupSample | undefined, short: GroupSample | undefined, ratio: number): boolean {
  if (!long || !short) return false
  return lengthOf(long) > lengthOf(short) && lengthOf(long) >= ratio * lengthOf(short)
}

function factsOf(name: 'chosen' | 'rejected', sample: GroupSample): Row {
  const { trace, verdict } = sample
  return {
    [`${name}_id`]: trace.key,
    [`${name}_tokens`]: lengthOf(sample),
    [`${name}_verdict`]: verdict.verdict,
    [`${name}_model`]: trace.model,
    [`${name}_verifier`]: `${verdict.verifier} ${verdict.verifier_version}`,
  }
}
