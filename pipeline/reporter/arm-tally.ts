import type { ArmFigures } from '../../schemas/progress.ts'
import { createPaceMeter, etaOf } from './pace.ts'
import type { ArmStep } from './reporter.ts'

/** Adds up what one arm does. */
export type ArmTally = {
  /** Begins the work of a wave, or of the only one. */
  begin(total: number): void
  add(step: ArmStep): void
  figures(): Omit<ArmFigures, 'finished'>
}

/** @param total `null` where nobody knows how many samples there will be */
export function createArmTally(arm: string, total: number | null, now: () => number): ArmTally {
  const meter = createPaceMeter()
  const sum = { in_flight: 0, requests: 0, failed: 0, truncated: 0, prompt_tokens: 0, completion_tokens: 0 }
  const errors = new Map<string, number>()
  let samplesTotal = total
  let samples = 0
  let known = 0
  let costUsd = 0
  /** Done in an earlier wave of this start. The next one finds these on disk, one after the other. */
  let before = 0
  /** Milliseconds with a request in flight, up to the last change of that. */
  let workedMs = 0
  let workingSince = 0

  function worked(): number {
    return workedMs + (sum.in_flight > 0 ? Math.max(0, now() - workingSince) : 0)
  }

  function fly(change: number): void {
    if (sum.in_flight === 0) workingSince = now()
    workedMs = worked()
    workingSince = now()
    sum.in_flight = Math.max(0, sum.in_flight + change)
  }

  return {
    begin(next) {
      before = Math.min(next, Math.max(samples, before))
      samplesTotal = next
      samples = 0
      known = 0
    },
    add(step) {
      if (step.in_flight !== undefined) fly(step.in_flight)
      for (const each of ['requests', 'failed', 'truncated', 'prompt_tokens', 'completion_tokens'] as const)
        sum[each] += step[each] ?? 0
      costUsd += step.cost_usd ?? 0
      if (step.error !== undefined) errors.set(step.error, (errors.get(step.error) ?? 0) + 1)
      if (samplesTotal !== null) samplesTotal += step.more_samples ?? 0
      samples += step.samples ?? 0
      if (step.known) known += step.samples ?? 0
      const fresh = step.known ? 0 : (step.samples ?? 0)
      if (fresh > 0 || step.completion_tokens) meter.add(worked(), fresh, step.completion_tokens ?? 0)
    },
    figures() {
      const pace = meter.pace(worked())
      const done = Math.max(samples, before)
      return {
        arm,
        samples: done,
        samples_total: samplesTotal,
        known: Math.min(known, done),
        ...sum,
        errors: Object.fromEntries(errors),
        cost_usd: costUsd,
        pace,
        eta: samplesTotal === null ? null : etaOf(samplesTotal - done, pace),
      }
    },
  }
}
