import { z } from 'zod'
import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { armOfRole, Message, promptMessages } from './conversation.ts'
import type { ConfigurableExport, GroupSample, ProblemGroup } from './export.ts'
import { problemColumns, problemValues } from './shared-columns.ts'
import { lengthOf } from './wrong-samples.ts'

const Options = z.strictObject({
  role: z
    .string()
    .optional()
    .describe('role of the arm whose samples are counted, by default the first that reasons'),
  budgets: z
    .array(z.int().positive())
    .min(1)
    .default([2048, 4096, 8192, 16_384, 32_768])
    .transform((budgets) => budgets.toSorted((a, b) => a - b))
    .describe('lengths, in tokens of reasoning and answer, under which rewards are counted'),
  data_source: z
    .string()
    .optional()
    .describe('name by which verl chooses a reward function, by default `twinstill/` and the task'),
  min_pass_rate: z.number().min(0).max(1).default(0).describe('least pass rate of a problem'),
  max_pass_rate: z.number().min(0).max(1).default(1).describe('greatest pass rate of a problem'),
})
type Options = z.output<typeof Options>

const count = z.int().nonnegative()

const Budget = z.strictObject({
  tokens: count,
  right: count,
  reward: z.number().min(0).max(1).nullable(),
  all_right: z.boolean(),
  all_wrong: z.boolean(),
})

const RlRow = z.strictObject({
  pair_id: z.string().describe('id of the problem, the same in every configuration'),
  data_source: z.string().describe('verl: which reward function'),
  prompt: z.array(Message).describe('verl and TRL: the messages before the answer'),
  ability: z.string().describe('verl: subject'),
  reward_model: z
    .strictObject({ style: z.literal('rule'), ground_truth: z.string() })
    .describe('verl: the reference answer'),
  extra_info: z
    .strictObject({ split: z.literal('train'), index: z.string() })
    .describe('verl: names the problem'),
  answer: z.string().describe('the reference answer, for the reward functions of TRL'),
  answer_source: z
    .enum(['source', 'majority'])
    .describe('whether the reference is that of the source, or the answer of most samples that replaced it'),
  pass_rate: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('share of right ones among the checked ones of the first samples, null where none was checked'),
  correct: count.describe('right ones among the first samples'),
  checked: count.describe('how many of the first samples were checked'),
  samples: count.describe(
    'samples that the budgets are counted over: those that every problem has, also where an arm asks for more',
  ),
  budgets: z
    .array(Budget)
    .describe(
      'for each length: how many samples are right within it, their share among those that were checked or cut off no sooner, whether all or none of these are (such a problem teaches nothing under it)',
    ),
  tier: z
    .enum(['unsolved', 'hard', 'easy', 'solved', 'unknown'])
    .describe('by the pass rate: 0, up to a half, above, 1, not known'),
  suggested_limit: count
    .nullable()
    .describe(
      'least of the lengths within which every right sample stays, null where none is right or none of the lengths is enough',
    ),
  teacher: z.string().describe('model whose samples were counted'),
  ...problemColumns,
})

/**
 * Problems for reinforcement learning in the layout of verl, which TRL's GRPO reads too, with what samples of a teacher
 * say of them: pass rate with its n, rewards under length budgets (DLER, arXiv 2510.15110; arXiv 2602.20945).
 */
export const rl: ConfigurableExport<typeof Options> = {
  name: 'rl',
  options: Options,
  defaultName: () => 'rl',
  make: (options, { name, arms }) => ({
    name,
    version: '3',
    describe: 'Problems for reinforcement learning with pass rates and rewards under length budgets.',
    reads: 'all',
    matched: false,
    order: 'problems',
    schema(all) {
      countedArm(all, options, name)
      return RlRow
    },
    rows: (group) => rlRows(group, countedArm(arms, options, name), options),
  }),
}

function countedArm(arms: readonly Arm[], { role }: Options, name: string): Arm {
  if (role !== undefined) return armOfRole(arms, role, name)
  const arm = arms.find(({ mode }) => mode === 'thinking') ?? arms[0]
  if (arm === undefined)
    throw new UsageError(`the dataset configuration ${name} wants an arm whose samples are counted`)
  return arm
}

function rlRows({ problem, instruction, samples }: ProblemGroup, arm: Arm, options: Options): Row[] {
  // Further samples of an adaptive arm were asked for because of what the first ones said, so they would bend every rate.
  const most = arm.adaptive?.min ?? Infinity
  const own = samples.filter(({ arm: { name }, trace }) => name === arm.name && trace.sample_index < most)
  const [first] = own
  if (first === undefined) return []
  const { rate, verdict } = first
  // The samples were counted against the answer that replaced the reference, so rewards must be too.
  const ground_truth = verdict.gold_repaired ? verdict.majority_answer : problem.answers[0]
  if (ground_truth === undefined) return []
  const passRate = rate.checked === 0 ? null : rate.correct / rate.checked
  if (passRate !== null && (passRate < options.min_pass_rate || passRate > options.max_pass_rate)) return []
  return [
    {
      pair_id: problem.id,
      data_source: options.data_source ?? `twinstill/${problem.task}`,
      prompt: promptMessages(instruction, arm),
      ability: problem.domain === '' ? problem.task : problem.domain,
      reward_model: { style: 'rule', ground_truth },
      extra_info: { split: 'train', index: problem.id },
      answer: ground_truth,
      answer_source: verdict.gold_repaired ? 'majority' : 'source',
      pass_rate: passRate,
      ...rate,
      samples: own.length,
      budgets: options.budgets.map((tokens) => budgetOf(own, tokens)),
      tier: tierOf(passRate),
      suggested_limit: limitOf(own, options.budgets),
      teacher: arm.model,
      ...problemValues(problem),
    },
  ]
}

/**
 * Right within a length: a longer answer earns nothing under it, whatever it says, and neither does one that was cut off
 * at that length or later.
 */
function budgetOf(samples: readonly GroupSample[], tokens: number): z.output<typeof Budget> {
  const checked = samples.filter(
    (one) =>
      ['correct', 'incorrect'].includes(one.verdict.verdict) || (isCutOff(one) && lengthOf(one) >= tokens),
  )
  const right = checked.filter((one) => one.verdict.verdict === 'correct' && lengthOf(one) <= tokens).length
  return {
    tokens,
    right,
    reward: checked.length === 0 ? null : right / checked.length,
    all_right: checked.length > 0 && right === checked.length,
    all_wrong: checked.length > 0 && right === 0,
  }
}

function isCutOff({ trace }: GroupSample): boolean {
  return trace.finish_state === 'cut_in_think' || trace.finish_state === 'cut_in_answer'
}

function tierOf(passRate: number | null): z.output<typeof RlRow>['tier'] {
  if (passRate === null) return 'unknown'
  if (passRate === 0) return 'unsolved'
  if (passRate === 1) return 'solved'
  return passRate > 0.5 ? 'easy' : 'hard'
}

function limitOf(samples: readonly GroupSample[], budgets: readonly number[]): number | null {
  const right = samples.filter(({ verdict }) => verdict.verdict === 'correct').map(lengthOf)
  if (right.length === 0) return null
  const longest = Math.max(...right)
  return budgets.find((tokens) => longest <= tokens) ?? null
}
