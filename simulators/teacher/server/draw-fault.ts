import { type Fault } from '../faults/fault.ts'
import { faults } from '../faults/registry.ts'
import type { SimulatorOptions } from '../options.ts'
import { randomFrom } from '../../../problems/builtin/random.ts'

/** The fault of this attempt at this request, or `null`. Another attempt is another draw. */
export function drawFault(key: string, attempt: number, options: SimulatorOptions): Fault | null {
  const scripted = options.first_attempts[attempt - 1]
  if (scripted !== undefined) return faults.find((fault) => fault.name === scripted) ?? null
  let at = randomFrom('fault', options.seed, key, attempt).next()
  for (const fault of faults) {
    at -= options.faults[fault.name] ?? 0
    if (at < 0) return fault
  }
  return null
}
