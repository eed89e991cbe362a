import type { Arm } from '../../schemas/arm.ts'
import { addBill, emptyBill } from '../../schemas/bill.ts'
import { addTally, tally, type PairsCounts, type VerdictsCounts } from '../../schemas/counts.ts'
import type { Ledger } from '../../schemas/ledger.ts'
import { noKindsCounts, type KindsCounts } from '../../schemas/problem-kind.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { currentParts, type CurrentParts } from '../stages/current-parts.ts'
import { loadStages } from '../stages/registry.ts'
import { addMoney, followTokens } from './add-money.ts'
import { addSealed } from './add-sealed.ts'
import type { Withdrawn } from '../stages/generate/withdrawn.ts'
import { addUnsealed } from './add-unsealed.ts'
import { emptyLedger } from './empty-ledger.ts'
import { pass, rowOf, stillToDo } from './ledger-rows.ts'
import { openTokenFlow } from './token-flow.ts'

/**
 * Adds up what the stages counted in every shard. Each stage counts the samples that it reads, so the figures of two
 * stages agree because nothing was lost between them, not because one was derived from the other. Samples that the current
 * recipe has not finished yet count as lost to `pending`.
 *
 * @param written the written configurations of the dataset; `undefined` while there is no current dataset
 */
export async function buildLedger(
  context: RunContext,
  plan: ShardPlan,
  written: readonly WrittenExport[] | undefined,
): Promise<Ledger> {
  const ledger = emptyLedger(context, plan, written)
  const flow = openTokenFlow()
  const bills = new Map(context.arms.map((arm) => [arm.name, emptyBill()]))
  const left: Withdrawn['bought'] = []
  let shard = -1
  for await (const parts of currentParts(await loadStages(), context, plan)) {
    shard += 1
    let withdrawn = parts.traces?.counts.withdrawn
    if (parts.traces) {
      const { counts: traces } = parts.traces
      const decisions = (parts['set-decisions'] ?? parts.decisions)?.counts
      const pairs = (parts.selected ?? parts.pairs)?.counts
      addSealed(context.arms, traces, decisions, pairs, ledger)
      for (const { name } of context.arms) {
        addBill(bills.get(name)!, traces.arms[name]!.bill)
        followTokens(flow, name, {
          traces: traces.arms[name]!,
          decided: decisions?.arms[name],
          paired: pairs?.arms[name],
          isWritten: written !== undefined,
        })
      }
    } else withdrawn = await addUnsealed(context, shard, ledger, { flow, bills })
    if (parts.traces?.counts.reused) addTally((ledger.reused ??= {}), parts.traces.counts.reused)
    ledger.problems.withdrawn += withdrawn?.problems ?? 0
    left.push(...(withdrawn?.bought ?? []))
    addVerdicts(parts.verdicts?.counts, ledger)
    const asked = parts.admitted?.counts
    addProblems(
      (parts.selected ?? parts.pairs)?.counts,
      asked?.problems ?? (context.recipe.select ? 0 : (parts.problems?.rows ?? 0)),
      ledger,
    )
    if (context.recipe.select) addSelection(parts, ledger)
    if (context.recipe.classify) addKinds(parts, ledger)
  }
  if (ledger.selection)
    ledger.selection.strata = Object.fromEntries(
      Object.entries(ledger.selection.strata).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    )
  addWritten(context.arms, ledger, written)
  await addMoney(context, ledger, { flow, bills, withdrawn: left })
  return ledger
}

function addVerdicts(verdicts: VerdictsCounts | undefined, ledger: Ledger): void {
  for (const [arm, counts] of Object.entries(verdicts?.arms ?? {})) addTally(ledger.verdicts[arm]!, counts)
  if (!verdicts) return
  for (const kind of ['suspect', 'repaired', 'majority'] as const) ledger.golds[kind] += verdicts.golds[kind]
}

function addProblems(pairs: PairsCounts | undefined, problems: number, ledger: Ledger): void {
  if (!pairs) {
    ledger.pairs.pending += problems
    return
  }
  ledger.pairs.paired += pairs.problems.paired
  addTally(ledger.pairs.lost, pairs.problems.lost)
}

/** What a shard's problems are about; those of a shard that was not looked at yet wait. */
function addKinds({ problems, kinds }: CurrentParts, ledger: Ledger): void {
  const sum = (ledger.kinds ??= { ...noKindsCounts(), pending: 0 })
  if (!kinds) {
    sum.pending += problems?.rows ?? 0
    return
  }
  for (const [figure, counts] of Object.entries(kinds.counts))
    addCounts(sum[figure as keyof KindsCounts], counts)
}

function addCounts(sum: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count
}

/** Problems that were not asked are lost to that; with what each stratum has come to. */
function addSelection({ problems, admitted, selected }: CurrentParts, ledger: Ledger): void {
  const selection = (ledger.selection ??= { strata: {} })
  const of = (name: string) =>
    (selection.strata[name] ??= { problems: 0, chosen: 0, asked: 0, accepted: 0, selected: 0 })
  let held = 0
  for (const [name, counts] of Object.entries(admitted?.counts.strata ?? {})) {
    of(name).problems += counts.problems
    of(name).chosen += counts.chosen
    held += counts.held
  }
  for (const [name, counts] of Object.entries(selected?.counts.strata ?? {}))
    for (const figure of ['asked', 'accepted', 'selected'] as const) of(name)[figure] += counts[figure]
  const unasked = (problems?.rows ?? 0) - (admitted?.counts.problems ?? 0) - held
  for (const [reason, count] of [
    ['not_asked', unasked],
    ['awaits_budget', held],
  ] as const)
    if (count > 0) tally(ledger.pairs.lost, reason, count)
}

/**
 * Counts each arm's samples as written when they are rows of the matched configurations, which hold every pair. Where one
 * of these does not, its number is taken, so that the ledger shows the fault. Where no configuration is matched, the samples
 * that the exports were given count as written.
 */
function addWritten(
  arms: readonly Arm[],
  ledger: Ledger,
  written: readonly WrittenExport[] | undefined,
): void {
  const { paired } = ledger.pairs
  const matched = written?.filter((one) => one.matched) ?? []
  ledger.pairs.written = written ? (matched.find(({ rows }) => rows !== paired)?.rows ?? paired) : 0
  for (const { name, role } of arms) {
    const entering = rowOf(ledger, 'paired', name).out
    pass(ledger, 'written', name, entering, written ? {} : stillToDo(entering))
    const own = matched.find((one) => one.name === role) ?? matched[0]
    if (own) rowOf(ledger, 'written', name).out = own.rows
  }
}
