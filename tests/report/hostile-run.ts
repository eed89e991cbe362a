import { mkdir } from 'node:fs/promises'
import { ledgerStages, type Ledger } from '../../schemas/ledger.ts'
import type { ReportRun } from '../../report/run.ts'
import { madeRows, writeMadeParts } from '../store/made-parts.ts'

/** A run whose every name and text is one of these: two arms, and a problem for each text. */
export async function hostileRun(runFolder: string, texts: readonly string[]): Promise<ReportRun> {
  const [a, b] = [`${texts[0]!} A`, `${texts[1]!} B`]
  const rows = madeRows(texts.map(() => 2))
  for (const [at, problem] of rows.problems.entries()) {
    const text = texts[at]!
    Object.assign(problem, { prompt: text, answers: [text], source: text, domain: text, difficulty: text })
  }
  for (const [at, trace] of rows.traces.entries()) {
    const own = { arm: at % 2 === 0 ? a : b, sample_index: 0 }
    const text = texts[Math.floor(at / 2)]!
    Object.assign(trace, own, { mode: at % 2 === 0 ? 'thinking' : 'non_thinking', answer: text })
    Object.assign(rows.verdicts[at]!, own, {
      extracted: text,
      path: text,
      reason: text,
      verdict_rule: 'incorrect',
      verdict_judge: at % 3 === 0 ? 'incorrect' : 'correct',
    })
    Object.assign(rows.decisions[at]!, own, { keep: true })
  }
  for (const [at, pair] of rows.pairs.entries())
    pair.members = [a, b].map((arm, index) => ({
      arm,
      key: rows.traces[2 * at + index]!.key,
      sample_index: 0,
      kept: 1,
      sampling_plan: 'fixed',
      correct: 1,
      checked: 1,
    }))
  await mkdir(runFolder, { recursive: true })
  await writeMadeParts(runFolder, rows)
  return {
    name: texts[2]!,
    runFolder,
    shards: 1,
    stale: new Set(),
    decisions: 'decisions',
    kinds: false,
    arms: [
      { name: a, role: 'reasoning', model: texts[3]!, mode: 'thinking', first: 1 },
      { name: b, role: 'ift', model: texts[4]!, mode: 'non_thinking', first: 1 },
    ],
    lengths: texts[3]!,
    ledger: ledgerOf(a, texts),
    files: [{ config: texts[5]!, path: texts[6]!, rows: 1, bytes: 1 }],
    verifiers: [{ task: 'math', verifier: texts[7]!, text: texts[8]! }],
    reviewed: null,
  }
}

function ledgerOf(arm: string, texts: readonly string[]): Ledger {
  const lost = Object.fromEntries(texts.map((text) => [text, 1]))
  return {
    problems: { read: 1, lost, kept: 1, withdrawn: 0 },
    samples: ledgerStages.map((stage) => ({ stage, arm, in: 1, out: 1, lost })),
    pairs: { problems: 1, pending: 0, lost, paired: 1, written: 1 },
    exports: [],
    verdicts: {},
    golds: { suspect: 0, repaired: 0, majority: 0 },
    spend: [],
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
