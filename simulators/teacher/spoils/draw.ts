import type { Stance } from '../families.ts'
import type { BuiltinItem } from '../../../problems/builtin/kind.ts'
import { randomFrom } from '../../../problems/builtin/random.ts'
import { spoils } from './registry.ts'
import type { Spoil } from './spoil.ts'
import type { SpoilOptions, SpoilRates } from './spoil-options.ts'

/** What a draw hangs on beside the request: the rates, and the server's seed. */
type DrawOptions = SpoilOptions & { seed: number }

/**
 * The spoils of one reply. Every spoil is drawn from a stream of its own, so that changing one rate leaves the others'
 * outcomes alone; of the exclusive ones the first that is drawn stays.
 */
export function drawSpoils(
  item: BuiltinItem,
  model: string,
  stance: Stance,
  key: string,
  options: DrawOptions,
): Spoil[] {
  const rates = ratesFor(model, stance, options)
  const drawn: Spoil[] = []
  let taken = false
  for (const spoil of spoils) {
    const { modes, name, exclusive } = spoil
    if (!modes.includes(stance.mode) || (exclusive && taken)) continue
    const factor = name === 'wrong_answer' ? hardness(item, options) : 1
    if (!randomFrom('spoil', name, key).chance(probability(rates[name], options.spoil_scale, factor)))
      continue
    drawn.push(spoil)
    taken ||= exclusive
  }
  return drawn
}

/** A rate of 1 is certain for every problem; others do not become so by their factors. */
function probability(rate: number, scale: number, factor: number): number {
  return rate === 1 ? Math.min(1, scale) : Math.min(0.95, rate * scale * factor)
}

function ratesFor(model: string, stance: Stance, options: DrawOptions): SpoilRates {
  const rates = { ...options.rates }
  for (const override of options.overrides) {
    if (!model.toLowerCase().includes(override.model.toLowerCase())) continue
    if (override.mode !== null && override.mode !== stance.mode) continue
    for (const spoil of spoils) rates[spoil.name] = override.rates[spoil.name] ?? rates[spoil.name]
  }
  return rates
}

/**
 * How hard this problem is for every model and mode alike: its difficulty, and a share of luck that only hangs on the
 * problem. This is what correlates the errors of two arms.
 */
function hardness(item: BuiltinItem, options: DrawOptions): number {
  const random = randomFrom('hardness', options.seed, item.problem.prompt)
  return options.difficulty_factors[item.difficulty] * Math.exp(0.6 * random.normal() - 0.18)
}
