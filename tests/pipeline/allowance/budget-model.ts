import type { Scheduler } from 'fast-check'
import type { Allowance } from '../../../pipeline/engine/allowance/allowance.ts'
import { openAllowance } from '../../../pipeline/engine/allowance/open-allowance.ts'
import { openBudget, type Amount, type Budget } from '../../../pipeline/engine/budget.ts'
import type { BudgetLimits } from '../../../pipeline/engine/budget-limits.ts'
import { BudgetSpentError } from '../../../schemas/errors.ts'
import { budgetLog } from '../../../store/budget/budget-log.ts'
import type { BudgetSlot } from '../../../store/budget/budget-slot.ts'
import type { NumberedFile, NumberedFiles } from '../../../store/leases/numbered-files.ts'

/*
 * Several workers on one budget, over a log in memory. Every step of a worker is one that a scheduler lets happen, so that a
 * worker may stand still before any of them for as long as it likes, or be killed. Any worker may be taken for dead at any
 * time, which is worse than any clock could make it.
 */

type Line = { type: 'intent'; id: string; worst: number } | { type: 'outcome'; id: string; actual: number }

export type Model = {
  cap: number
  unit: keyof Amount
  slots: NumberedFile<BudgetSlot>[]
  journals: Map<string, Line[]>
  buried: Set<string>
  killed: Set<string>
  /** What the server has billed: the truth. */
  paid: number
  mostPaid: number
  usedUp: number
}

export function emptyModel(cap: number, unit: keyof Amount): Model {
  const [journals, buried, killed] = [new Map<string, Line[]>(), new Set<string>(), new Set<string>()]
  return { cap, unit, slots: [opened], journals, buried, killed, paid: 0, mostPaid: 0, usedUp: 0 }
}

const opened: NumberedFile<BudgetSlot> = {
  number: 1,
  item: { type: 'open', worker: 'first', serial: 0, spent: { nano_usd: 0, tokens: 0 } },
}

type Request = { worst: number; share: number }

export type Luck = {
  /** Whether the reply of the next creation is lost. */
  losesReply: () => boolean
  suspects: () => boolean
  /** How many steps of others a worker stands still for. */
  standsStill: () => number
  isKilled: () => boolean
}

/** `sound`, or what a simpler protocol would leave out. */
export type Protocol = 'sound' | 'no burial' | 'open requests given back'

export type WorkerGiven = { worker: string; luck: Luck; requests: readonly Request[]; protocol: Protocol }

class Killed extends Error {}
class Buried extends Error {}

/** What journals say was spent, with the most that open requests may have cost. */
export function spentIn(model: Model, attempt: string, countsOpen = true): number {
  const open = new Map<string, number>()
  let spent = 0
  for (const line of model.journals.get(attempt) ?? []) {
    if (line.type === 'intent') open.set(line.id, line.worst)
    else {
      open.delete(line.id)
      spent += line.actual
    }
  }
  return spent + (countsOpen ? [...open.values()].reduce((sum, worst) => sum + worst, 0) : 0)
}

/** Sends requests, three at a time, until there are no more, the budget is used up, or the worker is killed or buried. */
export async function runWorker(model: Model, scheduler: Scheduler, given: WorkerGiven): Promise<Allowance> {
  const { worker, requests } = given
  const step = stepOf(model, scheduler, given)
  const stop = new AbortController()
  const { allowance, budget } = await openShare(model, step, { ...given, stop: stop.signal })
  const journal = model.journals.get(worker) ?? []
  model.journals.set(worker, journal)
  const left = requests.entries()
  const loop = async (): Promise<void> => {
    for (const [index, { worst, share }] of left) {
      const reservation = await budget.reserve(amountOf(model, worst))
      const id = `${worker} ${index}`
      await step()
      journal.push({ type: 'intent', id, worst })
      await step()
      await allowance.requireAlive()
      await step()
      const actual = Math.floor(worst * share)
      model.paid += actual
      model.mostPaid = Math.max(model.mostPaid, model.paid)
      await step()
      journal.push({ type: 'outcome', id, actual })
      await step()
      await allowance.requireAlive()
      reservation.settle(amountOf(model, actual))
      await allowance.rest()
    }
  }
  const watched = async (): Promise<void> => {
    try {
      await loop()
    } catch (error) {
      if (error instanceof BudgetSpentError) model.usedUp += 1
      else stop.abort(error)
    }
  }
  await Promise.all([watched(), watched(), watched()])
  const { reason } = stop.signal as { reason: unknown }
  if (reason instanceof Killed || reason instanceof Buried) return allowance
  if (reason !== undefined) throw reason
  await allowance.end().catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error
  })
  return allowance
}

function stepOf(model: Model, scheduler: Scheduler, { worker, luck }: WorkerGiven): () => Promise<void> {
  return async () => {
    for (let still = luck.standsStill(); still >= 0; still--)
      await scheduler.schedule(Promise.resolve(), worker)
    if (model.killed.has(worker) || luck.isKilled()) {
      model.killed.add(worker)
      throw new Killed(worker)
    }
  }
}

async function openShare(
  model: Model,
  step: () => Promise<void>,
  { worker, luck, protocol, stop }: WorkerGiven & { stop: AbortSignal },
): Promise<{ allowance: Allowance; budget: Budget }> {
  const limits: BudgetLimits = model.unit === 'tokens' ? { tokens: model.cap } : { usd: model.cap / 1e9 }
  const files: NumberedFiles<BudgetSlot> = {
    async read() {
      await step()
      return [...model.slots]
    },
    async put(number, item) {
      await step()
      if (number <= model.slots.length) return false
      model.slots.push({ number, item })
      return !luck.losesReply()
    },
  }
  const allowance = await openAllowance(
    {
      log: budgetLog(files),
      worker,
      attempt: worker,
      cap: { nano_usd: Infinity, tokens: Infinity, [model.unit]: model.cap },
      async requireAlive() {
        await step()
        if (protocol !== 'no burial' && model.buried.has(worker)) throw new Buried(worker)
      },
      async stateOf(other) {
        await step()
        return model.killed.has(other) || luck.suspects() ? 'silent' : 'living'
      },
      async bury(other) {
        await step()
        model.buried.add(other)
      },
      workers: async () => 3,
      async spentBy(attempt) {
        await step()
        return amountOf(model, spentIn(model, attempt, protocol !== 'open requests given back'))
      },
      pause: step,
    },
    'others',
  )
  return { allowance, budget: openBudget(limits, { allowance, stop }) }
}

function amountOf({ unit }: Model, amount: number): Amount {
  return { nano_usd: 0, tokens: 0, [unit]: amount }
}
