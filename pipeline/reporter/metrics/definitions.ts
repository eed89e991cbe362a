import type { ArmFigures, Figures } from '../../../schemas/progress.ts'

/** A value with the labels that tell it from others of its metric. */
type Observation = { value: number; labels: Record<string, string> }

/** A metric of a run. Its name is that of OpenTelemetry; on the page for Prometheus it has `_` for `.`, a counter `_total`. */
export type Metric = {
  name: string
  /** A counter starts at 0 with every start of a run and never goes down. */
  kind: 'counter' | 'gauge'
  /** In the code for units of measure that OpenTelemetry uses. */
  unit: string
  describe: string
  labels: readonly string[]
  observe(figures: Figures): Observation[]
}

const arm = ['arm'] as const

/** Every metric, in the order of `docs/metrics.md`. All but `run` are numbers that the progress display has too. */
export const metrics: readonly Metric[] = [
  ofArms(
    'twinstill.samples.done',
    'gauge',
    '{sample}',
    'Samples that are done, those found on disk among them.',
    (each) => (each.samples_total === null ? null : each.samples),
  ),
  ofArms(
    'twinstill.samples.planned',
    'gauge',
    '{sample}',
    'Samples that the run needs, as far as is known by now.',
    (each) => each.samples_total,
  ),
  {
    name: 'twinstill.samples.finished',
    kind: 'gauge',
    unit: '{sample}',
    describe: 'Samples of finished shards by how far they came; stage `correct` counts right ones.',
    labels: ['arm', 'stage'],
    observe: ({ arms }) =>
      arms.flatMap((each) =>
        Object.entries(each.finished).map(([stage, value]) => ({ value, labels: { arm: each.arm, stage } })),
      ),
  },
  ofArms('twinstill.requests', 'counter', '{request}', 'Requests with an outcome.', (each) => each.requests),
  ofArms(
    'twinstill.requests.failed',
    'counter',
    '{request}',
    'Requests that ended without an answer.',
    (each) => each.failed,
  ),
  ofArms(
    'twinstill.requests.in_flight',
    'gauge',
    '{request}',
    'Requests that have left and have no outcome yet.',
    (each) => each.in_flight,
  ),
  {
    name: 'twinstill.tries.failed',
    kind: 'counter',
    unit: '{try}',
    describe: 'Tries that failed, those that were repeated among them, by class.',
    labels: ['arm', 'error.type'],
    observe: ({ arms }) =>
      arms.flatMap((each) =>
        Object.entries(each.errors).map(([name, value]) => ({
          value,
          labels: { arm: each.arm, 'error.type': name },
        })),
      ),
  },
  ofArms(
    'twinstill.answers.truncated',
    'counter',
    '{answer}',
    'Answers that the token limit cut off.',
    (each) => each.truncated,
  ),
  {
    name: 'twinstill.tokens',
    kind: 'counter',
    unit: '{token}',
    describe: 'Tokens that were billed, failed tries included as far as servers report them.',
    labels: ['arm', 'type'],
    observe: ({ arms }) =>
      arms.flatMap((each) => [
        { value: each.prompt_tokens, labels: { arm: each.arm, type: 'prompt' } },
        { value: each.completion_tokens, labels: { arm: each.arm, type: 'completion' } },
      ]),
  },
  ofArms('twinstill.cost', 'counter', 'USD', 'Money that was spent.', (each) => each.cost_usd),
  {
    name: 'twinstill.eta',
    kind: 'gauge',
    unit: 's',
    describe:
      'Time until the last sample, of the wave under way where the run has waves, with the bounds of its 90 % interval; left out while it is not known.',
    labels: ['arm', 'bound'],
    observe: ({ arms }) =>
      arms.flatMap(({ arm: name, eta }) =>
        eta
          ? [
              { value: eta.seconds, labels: { arm: name, bound: 'expected' } },
              ...(eta.low === null ? [] : [{ value: eta.low, labels: { arm: name, bound: 'low' } }]),
              ...(eta.high === null ? [] : [{ value: eta.high, labels: { arm: name, bound: 'high' } }]),
            ]
          : [],
      ),
  },
  ofRun('twinstill.shards.done', '{shard}', 'Shards that are through all stages.', (all) => all.shards),
  ofRun('twinstill.shards.planned', '{shard}', 'Shards of the run.', (all) => all.shards_total),
  ofRun(
    'twinstill.pairs',
    '{pair}',
    'Problems that became pairs, in the shards that came that far.',
    (all) => all.pairs,
  ),
  ofRun(
    'twinstill.budget.spent',
    'USD',
    'What all starts of the run have spent.',
    (all) => all.budget?.spent_usd,
  ),
  ofRun('twinstill.budget.limit', 'USD', 'What `budget.usd` allows.', (all) => all.budget?.usd),
  ofRun(
    'twinstill.budget.tokens.spent',
    '{token}',
    'The same in tokens of prompt and completion.',
    (all) => all.budget?.spent_tokens,
  ),
  ofRun(
    'twinstill.budget.tokens.limit',
    '{token}',
    'What `budget.tokens` allows.',
    (all) => all.budget?.tokens,
  ),
]

function ofArms(
  name: string,
  kind: Metric['kind'],
  unit: string,
  describe: string,
  value: (arm: ArmFigures) => number | null,
): Metric {
  return {
    name,
    kind,
    unit,
    describe,
    labels: arm,
    observe: ({ arms }) =>
      arms.flatMap((each) => {
        const known = value(each)
        return known === null ? [] : [{ value: known, labels: { arm: each.arm } }]
      }),
  }
}

function ofRun(
  name: string,
  unit: string,
  describe: string,
  value: (figures: Figures) => number | null | undefined,
): Metric {
  return {
    name,
    kind: 'gauge',
    unit,
    describe,
    labels: [],
    observe(figures) {
      const known = value(figures)
      return known === null || known === undefined ? [] : [{ value: known, labels: {} }]
    },
  }
}
