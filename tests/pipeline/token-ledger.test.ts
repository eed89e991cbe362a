import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatLedger } from '../../pipeline/ledger/format-ledger.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { openTokenFlow } from '../../pipeline/ledger/token-flow.ts'
import { addTokens, noTokens } from '../../schemas/bill.ts'
import { ledgerStages, type Ledger } from '../../schemas/ledger.ts'

const tokens = fc.record({
  prompt: fc.nat(1e9),
  cached: fc.constant(0),
  completion: fc.nat(1e9),
})

test('tokens that flow to reasons add up to what flowed, and the cost is split to the last cent', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          stage: fc.constantFrom(...ledgerStages),
          reason: fc.constantFrom('', 'not_selected', 'pending'),
          tokens,
        }),
        { minLength: 1, maxLength: 40 },
      ),
      fc.nat(1e12),
      fc.constantFrom(undefined, { input: 0.5, output: 2 }),
      (moves, nano_usd, rates) => {
        const flow = openTokenFlow()
        const all = noTokens()
        for (const { stage, reason, tokens: moved } of moves) {
          flow.add('a', stage, reason, moved)
          addTokens(all, moved)
        }
        const rows = flow.rows(new Map([['a', { nano_usd, rates }]]))
        const sum = (pick: (row: (typeof rows)[number]) => number): number =>
          rows.reduce((total, row) => total + pick(row), 0)
        expect(sum((row) => row.prompt_tokens)).toBe(all.prompt)
        expect(sum((row) => row.completion_tokens)).toBe(all.completion)
        if (rows.length > 0) expect(sum((row) => row.cost_usd!)).toBeCloseTo(nano_usd / 1e9, 6)
      },
    ),
  )
})

/** One problem, one arm, one written pair. */
function ledger(changes: Partial<Ledger> = {}): Ledger {
  return {
    problems: { read: 1, lost: {}, withdrawn: 0, kept: 1 },
    samples: ledgerStages.map((stage) => ({ stage, arm: 'a', in: 1, out: 1, lost: {} })),
    pairs: { problems: 1, pending: 0, lost: {}, paired: 1, written: 1 },
    exports: [],
    verdicts: { a: { correct: 1 } },
    golds: { suspect: 0, repaired: 0, majority: 0 },
    truncation: [],
    sampling: [],
    spend: [
      {
        arm: 'a',
        requests: 2,
        retries: 1,
        prompt_tokens: 30,
        cached_tokens: 0,
        completion_tokens: 70,
        estimated_tokens: 0,
        cost_usd: 1,
        unsettled: 0,
      },
    ],
    tokens: [
      {
        arm: 'a',
        stage: 'written',
        reason: '',
        prompt_tokens: 15,
        cached_tokens: 0,
        completion_tokens: 60,
        cost_usd: 0.75,
      },
      {
        arm: 'a',
        stage: 'answered',
        reason: 'repeated_tries',
        prompt_tokens: 15,
        cached_tokens: 0,
        completion_tokens: 10,
        cost_usd: 0.25,
      },
    ],
    total: {
      requests: 3,
      tokens: 150,
      cost_usd: 1.5,
      cut_off: { requests: 1, tokens: 50, cost_usd: 0.5 },
      elsewhere: 0,
    },
    ...changes,
  }
}

const withTotal = (tokens: number, elsewhere = 0): Ledger => {
  const made = ledger()
  return { ...made, total: { ...made.total, tokens, elsewhere } }
}
const fault = (bought: number): string[] => [
  `tokens bought in all = tokens of all arms: ${bought} is not 100`,
]

describe('a ledger', () => {
  test('whose tokens and dollars by reason add up has no fault', () => {
    expect(ledgerFaults(ledger())).toEqual([])
  })

  test('that lost tokens or dollars on the way is at fault', () => {
    const [written] = ledger().tokens
    expect(ledgerFaults(ledger({ tokens: [written!] }))).toEqual([
      'a: prompt_tokens by reason = prompt_tokens spent: 15 is not 30',
      'a: completion_tokens by reason = completion_tokens spent: 60 is not 70',
      'a: USD by reason = USD spent: 0.75 is not 1',
    ])
  })

  test('whose total is not the sum of its arms is at fault; estimates that old journals lack are none', () => {
    expect(ledgerFaults(withTotal(149))).toEqual(fault(99))
    expect(ledgerFaults(withTotal(151))).toEqual(fault(101))
    expect(ledgerFaults(withTotal(151, 1))).toEqual([])
    const old = withTotal(149)
    expect(ledgerFaults({ ...old, spend: [{ ...old.spend[0]!, estimated_tokens: 1 }] })).toEqual([])
  })

  test('says where the tokens went, what a pair cost and what is left of the budget', () => {
    const text = formatLedger(ledger(), { budget: { usd: 2, tokens: 1000 }, width: 200, tokens: true })
    expect(text).toMatch(/^where the tokens went\s+to\s+tokens\s+share\s+USD/m)
    expect(text).toMatch(/^a\s+written pairs\s+75\s+75\.0 %\s+0\.7500/m)
    expect(text).toMatch(/^a\s+answered: repeated_tries\s+25\s+25\.0 %\s+0\.2500/m)
    expect(text).toContain(
      'for each accepted pair: 100 tokens, $1.000000; 75.0 % of the tokens went into written',
    )
    expect(text).toContain(
      '150 of 1000 tokens, $1.5000 of $2 (with 50 tokens, $0.5000 counted for a request that a kill',
    )
  })
})
