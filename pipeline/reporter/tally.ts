import type { ArmFigures, Figures } from '../../schemas/progress.ts'
import { createArmTally, type ArmTally } from './arm-tally.ts'
import { createFinishedTally } from './finished-tally.ts'
import type { Progress, Totals } from './reporter.ts'

/** Adds up progress by arm and derives rate and remaining time. */
export type Tally = {
  /** Begins work. A run in waves begins more than once: what it spent and how fast it was adds up. */
  begin(command: string, totals: Totals): void
  add(step: Progress): void
  figures(): Figures
}

/** A tally that also tells what this process did itself, without what it found that other workers of the run had done. */
export type WorkerTally = Tally & { own(): Figures }

export function createWorkerTally(now: () => number): WorkerTally {
  const [all, own] = [createTally(now), createTally(now)]
  return {
    begin(command, totals) {
      all.begin(command, totals)
      own.begin(command, totals)
    },
    add(step) {
      all.add(step)
      if (!step.elsewhere) own.add(step)
    },
    figures: () => all.figures(),
    own: () => own.figures(),
  }
}

export function createTally(now: () => number): Tally {
  const startedAt = now()
  const arms = new Map<string, ArmTally>()
  const finished = createFinishedTally()
  const limits = new Map<string, number>()
  let command = ''
  let shards = 0
  let shardsTotal = 0
  let budget: Totals['budget']
  let wave: number | undefined

  function armOf(name: string): ArmTally {
    let arm = arms.get(name)
    if (!arm) {
      arm = createArmTally(name, null, now)
      arms.set(name, arm)
    }
    return arm
  }

  return {
    begin(title, totals) {
      command = title
      shards = 0
      shardsTotal = totals.shards
      budget = totals.budget
      wave = totals.wave
      for (const [name, samples] of Object.entries(totals.samples)) armOf(name).begin(samples)
    },
    add(step) {
      if ('arm' in step) {
        armOf(step.arm).add(step)
        if (step.limit) limits.set(step.limit.endpoint, step.limit.most)
      } else if ('part' in step) finished.add(step)
      else shards += step.shards
    },
    figures() {
      const each = Array.from(arms, ([name, arm]) =>
        Object.assign(arm.figures(), { finished: finished.of(name) }),
      )
      const spent = budget?.spent()
      return {
        command,
        elapsed_seconds: Math.max(0, now() - startedAt) / 1000,
        shards,
        shards_total: shardsTotal,
        pairs: finished.pairs(),
        ...(wave !== undefined && { wave }),
        in_flight_limit: [...limits.values()].reduce((sum, most) => sum + most, 0),
        budget:
          budget && spent
            ? {
                spent_usd: spent.usd,
                spent_tokens: spent.tokens,
                usd: budget.usd ?? null,
                tokens: budget.tokens ?? null,
              }
            : null,
        ...overall(each),
        arms: each,
      }
    },
  }
}

/** What follows from the figures of the arms. */
export function overall(arms: readonly ArmFigures[]) {
  // Judges answer questions, which are no samples.
  const asked = arms.filter((arm) => arm.samples_total !== null)
  const sum = (of: (arm: ArmFigures) => number, over: readonly ArmFigures[] = arms): number =>
    over.reduce((total, arm) => total + of(arm), 0)
  const waiting = asked.filter((arm) => arm.samples < arm.samples_total!)
  const etas = waiting.map((arm) => arm.eta)
  const eta = etas.every((each) => each !== null)
    ? etas.reduce((longest, each) => (each.seconds > longest.seconds ? each : longest), {
        seconds: 0,
        low: 0,
        high: 0,
      })
    : null
  return {
    samples: sum((arm) => arm.samples, asked),
    samples_total: sum((arm) => arm.samples_total!, asked),
    rate: sum((arm) => arm.pace?.answers_per_second ?? 0, asked),
    completion_tokens: sum((arm) => arm.completion_tokens),
    cost_usd: sum((arm) => arm.cost_usd),
    in_flight: sum((arm) => arm.in_flight),
    eta,
    eta_seconds: eta?.seconds ?? null,
  } satisfies Partial<Figures>
}
