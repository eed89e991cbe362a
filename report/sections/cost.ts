import { count, number, text, usd, type SectionMaker } from './section.ts'

/** M12: what was bought, and what an accepted pair and a right answer took, from the ledger. */
export const cost: SectionMaker = async ({ db, run: { ledger } }) => {
  const right = new Map(
    (await db.rows('SELECT arm, count(*) AS n FROM answers WHERE is_right AND is_answered GROUP BY arm')).map(
      ({ arm, n }) => [String(arm), Number(n)],
    ),
  )
  const { written } = ledger.pairs
  const rows = ledger.spend.map((arm) => {
    const tokens = arm.prompt_tokens + arm.completion_tokens
    return {
      arm: arm.arm,
      requests: arm.requests,
      prompt_tokens: arm.prompt_tokens,
      completion_tokens: arm.completion_tokens,
      usd: arm.cost_usd,
      requests_per_pair: per(arm.requests, written),
      tokens_per_pair: per(tokens, written),
      usd_per_pair: per(arm.cost_usd, written),
      tokens_per_right: per(tokens, right.get(arm.arm) ?? 0),
      usd_per_right: per(arm.cost_usd, right.get(arm.arm) ?? 0),
    }
  })
  const { total } = ledger
  return {
    id: 'cost',
    title: 'Cost',
    metric: 'M12',
    says: [
      'Everything that was billed counts, failed and repeated tries, probes and judges included; an accepted pair is one that the dataset has.',
    ],
    tables: [
      {
        id: 'cost',
        caption: 'What was bought, and what came of it',
        columns: [
          text('arm'),
          count('requests'),
          count('prompt_tokens', 'prompt tokens'),
          count('completion_tokens', 'completion tokens'),
          usd('usd', 'USD'),
          number('requests_per_pair', 'requests a pair'),
          number('tokens_per_pair', 'tokens a pair'),
          usd('usd_per_pair', 'USD a pair'),
          number('tokens_per_right', 'tokens a right answer'),
          usd('usd_per_right', 'USD a right answer'),
        ],
        rows,
      },
      {
        id: 'cost-total',
        caption: 'In all, under this recipe and earlier ones',
        columns: [
          count('requests'),
          count('tokens'),
          usd('usd', 'USD'),
          count('pairs', 'accepted pairs'),
          number('tokens_per_pair', 'tokens a pair'),
          usd('usd_per_pair', 'USD a pair'),
        ],
        rows: [
          {
            requests: total.requests,
            tokens: total.tokens,
            usd: total.cost_usd,
            pairs: written,
            tokens_per_pair: per(total.tokens, written),
            usd_per_pair: per(total.cost_usd, written),
          },
        ],
      },
      {
        id: 'tokens-lost',
        caption: 'Where the tokens of answers went; without a reason into accepted pairs',
        columns: [
          text('arm'),
          text('stage'),
          text('reason'),
          count('prompt_tokens', 'prompt tokens'),
          count('completion_tokens', 'completion tokens'),
          usd('usd', 'USD'),
        ],
        rows: ledger.tokens.map((row) => ({
          arm: row.arm,
          stage: row.stage,
          reason: row.reason,
          prompt_tokens: row.prompt_tokens,
          completion_tokens: row.completion_tokens,
          usd: row.cost_usd,
        })),
      },
    ],
    ...(ledger.spend.some(({ cost_usd }) => cost_usd === null) && {
      notKnown: ['Dollars of endpoints without a price: `endpoints.NAME.price` states it.'],
    }),
  }
}

function per(value: number | null, of: number): number | null {
  return value === null || of === 0 ? null : value / of
}
