import type { Scheduler } from 'fast-check'
import { claimLog, putUnder, type LeaseRef } from '../../../store/leases/claim-log.ts'
import { attemptOf, cutsIn } from '../../../store/leases/cuts.ts'
import type { NumberedSlot, SlotStore } from '../../../store/leases/slot.ts'

/*
 * One shard and several workers over a store in memory. Every step of a worker is one that a scheduler lets happen, so that a
 * worker may stand still before any of them for as long as it likes: frozen. Any holder may be taken for dead at any time,
 * which is worse than any clock could make it.
 */

const log = '00000'
const keys = ['a', 'b', 'c']

type Line = { key: string; value: string }

export type Model = {
  slots: NumberedSlot[]
  journal: Map<string, Line[]>
  /** Parts under their temporary names, and the one with the public name. */
  fresh: Map<string, string>
  part: string | undefined
  publications: string[]
  acknowledged: Line[]
  fenced: number
}

export type Luck = {
  /** Whether the reply of the next creation is lost. */
  losesReply: () => boolean
  suspects: () => boolean
  /** How many steps of others a worker stands still for. */
  standsStill: () => number
}

export function emptyModel(): Model {
  return {
    slots: [],
    journal: new Map(),
    fresh: new Map(),
    part: undefined,
    publications: [],
    acknowledged: [],
    fenced: 0,
  }
}

/** What the journal says: attempts in order, each as far as it counts, the first answer of each key. */
export function readModel({ slots, journal }: Model): Map<string, string> {
  const cuts = cutsIn(slots)
  const answers = new Map<string, string>()
  for (const attempt of [...journal.keys()].sort()) {
    const cut = attemptOf(cuts, attempt)
    const lines = journal.get(attempt)!.slice(0, cut === undefined ? undefined : (cut[attempt] ?? 0))
    for (const { key, value } of lines) if (!answers.has(key)) answers.set(key, value)
  }
  return answers
}

export const sealed = (answers: Map<string, string>): string =>
  JSON.stringify([...answers].sort(([a], [b]) => (a < b ? -1 : 1)))

/** @param publish `look`: the control, which looks whether the shard is its own and then replaces the part */
export async function runWorker(
  model: Model,
  scheduler: Scheduler,
  { worker, luck, publish }: { worker: string; luck: Luck; publish: 'slot' | 'look' },
  buried: Set<string>,
): Promise<void> {
  async function step(): Promise<void> {
    for (let still = luck.standsStill(); still >= 0; still--)
      await scheduler.schedule(Promise.resolve(), worker)
  }
  const store: SlotStore = {
    async read() {
      await step()
      return [...model.slots]
    },
    async put(_log, number, slot) {
      await step()
      if (number <= model.slots.length) return false
      model.slots.push({ number, slot })
      return !luck.losesReply()
    },
  }
  const lease = await claimLog(
    {
      store,
      worker,
      session: 's',
      async stateOf() {
        await step()
        return luck.suspects() ? 'silent' : 'living'
      },
      async bury(other) {
        await step()
        buried.add(other)
      },
    },
    {
      log,
      start: { number: 1, rest: worker },
      async finish(commits) {
        await step()
        for (const { from } of commits) rename(model, from)
      },
      async measure(attempts) {
        await step()
        return Object.fromEntries(
          attempts.map((attempt) => [
            attempt,
            model.journal.has(attempt) ? { [attempt]: model.journal.get(attempt)!.length } : {},
          ]),
        )
      },
    },
  )
  if (lease === 'held') return
  await workUnder(model, { lease, store, step, buried, publish })
}

async function workUnder(
  model: Model,
  {
    lease,
    store,
    step,
    buried,
    publish,
  }: {
    lease: LeaseRef
    store: SlotStore
    step: () => Promise<void>
    buried: Set<string>
    publish: 'slot' | 'look'
  },
): Promise<void> {
  const { worker, session, attempt } = lease
  await step()
  if (model.part !== undefined) return void (await putUnder(store, lease, { type: 'release', worker }))
  const known = readModel(model)
  for (const key of keys) {
    if (known.has(key)) continue
    await step()
    if (buried.has(worker)) return
    const line = { key, value: `${worker} ${attempt}` }
    await step()
    const lines = model.journal.get(attempt) ?? []
    lines.push(line)
    model.journal.set(attempt, lines)
    known.set(key, line.value)
    await step()
    if (buried.has(worker)) return
    model.acknowledged.push(line)
  }
  const content = sealed(known)
  if (publish === 'look') {
    await step()
    if (buried.has(worker)) return
    await step()
    model.part = content
    model.publications.push(content)
  } else {
    const from = `${worker} ${attempt}`
    model.fresh.set(from, content)
    const commit = { type: 'commit', worker, session, from, to: 'part', fingerprint: '', digest: '' } as const
    if ((await putUnder(store, lease, commit)) === 'lost') {
      model.fenced += 1
      return
    }
    model.publications.push(content)
    await step()
    rename(model, from)
  }
  await putUnder(store, lease, { type: 'release', worker })
}

function rename(model: Model, from: string): void {
  const content = model.fresh.get(from)
  if (content === undefined) return
  model.part = content
  model.fresh.delete(from)
}
