import { ledgerStages, type Ledger } from '../../schemas/ledger.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import type { RunContext } from '../recipe/run-context.ts'

/** A ledger that knows the plan and the arms of a run, and nothing yet of what became of any sample. */
export function emptyLedger(
  context: RunContext,
  plan: ShardPlan,
  written: readonly WrittenExport[] | undefined,
): Ledger {
  return {
    problems: { read: plan.read, lost: plan.lost, kept: plan.problems, withdrawn: 0 },
    samples: context.arms.flatMap(({ name: arm }) =>
      ledgerStages.map((stage) => ({ stage, arm, in: 0, out: 0, lost: {} })),
    ),
    pairs: { problems: plan.problems, pending: 0, lost: {}, paired: 0, written: 0 },
    exports: [...(written ?? [])],
    verdicts: Object.fromEntries(context.arms.map((arm) => [arm.name, {}])),
    golds: { suspect: 0, repaired: 0, majority: 0 },
    spend: context.arms.map(({ name: arm }) => ({
      arm,
      requests: 0,
      retries: 0,
      prompt_tokens: 0,
      cached_tokens: 0,
      completion_tokens: 0,
      estimated_tokens: 0,
      cost_usd: null,
      unsettled: 0,
    })),
    truncation: [],
    sampling: [],
    tokens: [],
    total: {
      requests: 0,
      tokens: 0,
      cost_usd: null,
      cut_off: { requests: 0, tokens: 0, cost_usd: null },
      elsewhere: 0,
    },
  }
}
