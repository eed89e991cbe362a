import { addBill, emptyBill, type Bill } from '../../schemas/bill.ts'
import type { Attempt, JournalLine, SetAside } from '../../schemas/journal.ts'
import type { Bought } from '../../schemas/spend.ts'

/**
 * What the tries at one request and the body that came were billed for. The store keeps bodies and does not read them:
 * whoever knows how servers state their usage hands this over.
 */
export type BillOf = (
  attempts: readonly Attempt[],
  body: unknown,
  outcome?: { batch?: string | undefined },
) => Bill

/** Adds up what the lines of a journal cost. */
type SpendTally = { add(line: JournalLine): void; bought(): Bought[] }

export function openSpendTally(billOf: BillOf): SpendTally {
  const groups = new Map<string, Bought>()
  return {
    add(line) {
      if (line.type === 'exported') {
        // Nothing of a batch is billed before it is answered.
        setAside(groupOf(groups, line), line, 1)
        return
      }
      // Without any try it was bought elsewhere.
      if (line.type !== 'intent' && line.attempts.length === 0) return
      const group = groupOf(groups, line)
      if (line.type === 'intent') {
        group.unsettled += 1
        return
      }
      setAside(group, line, -1)
      if (line.batch === undefined) group.unsettled = Math.max(0, group.unsettled - 1)
      group.requests += line.attempts.length
      group.retries += line.attempts.length - 1
      if (line.type === 'answered') group.answered += 1
      addBill(group.bill, billOf(line.attempts, line.type === 'answered' ? line.body : undefined, line))
    },
    bought: () => [...groups.values()],
  }
}

function setAside(
  group: Bought,
  { batch, set_aside }: { batch?: string | undefined; set_aside?: SetAside | undefined },
  sign: 1 | -1,
): void {
  if (batch === undefined || set_aside === undefined) return
  const { prompt, completion } = set_aside
  addBatches(group, { [batch]: { prompt: sign * prompt, completion: sign * completion } })
}

/** Adds what is set aside by batch. */
export function addBatches(sum: Pick<Bought, 'batches'>, more: Bought['batches'] = {}): void {
  for (const [batch, { prompt, completion }] of Object.entries(more)) {
    const before = sum.batches?.[batch] ?? { prompt: 0, completion: 0 }
    const after = { prompt: before.prompt + prompt, completion: before.completion + completion }
    sum.batches = { ...sum.batches, [batch]: after }
  }
}

/** Which entries are sums of the same thing. */
export function boughtKey({ arm, endpoint, model }: Pick<Bought, 'arm' | 'endpoint' | 'model'>): string {
  return JSON.stringify([arm, endpoint, model])
}

export function emptyBought(of: Pick<Bought, 'arm' | 'endpoint' | 'model'>): Bought {
  const { arm, endpoint, model } = of
  return { arm, endpoint, model, requests: 0, retries: 0, answered: 0, unsettled: 0, bill: emptyBill() }
}

function groupOf(groups: Map<string, Bought>, { arm, endpoint = '', model = '' }: JournalLine): Bought {
  const key = boughtKey({ arm, endpoint, model })
  let group = groups.get(key)
  if (group === undefined) {
    group = emptyBought({ arm, endpoint, model })
    groups.set(key, group)
  }
  return group
}
