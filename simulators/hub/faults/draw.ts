import { UsageError } from '../../../schemas/errors.ts'
import { randomFrom } from '../../../problems/builtin/random.ts'
import type { Random } from '../../../problems/builtin/random.ts'
import type { LoggedRequest } from '../http/request-log.ts'
import type { FaultPlan } from '../options.ts'
import type { Fault } from './fault.ts'
import { hubFaults } from './registry.ts'

/** The plans that are in force and the choice of what strikes a request. */
export type FaultDraw = {
  add(plan: FaultPlan): void
  /** Takes every plan out of force. */
  clear(): void
  /** The fault that strikes this request: of the first plan, in order of addition, whose turn it is. */
  strike(entry: LoggedRequest): { fault: Fault; plan: FaultPlan } | undefined
}

type Counted = { plan: FaultPlan; candidates: readonly Fault[]; random: Random; seen: number; struck: number }

/** A plan named `*` plays any fault that passes when the call is made again. */
export function faultDraw(plans: readonly FaultPlan[]): FaultDraw {
  let counted: Counted[] = []
  function add(plan: FaultPlan): void {
    const candidates = hubFaults.filter(({ name, passing }) =>
      plan.name === '*' ? passing : name === plan.name,
    )
    if (candidates.length === 0) {
      const names = hubFaults.map(({ name }) => name).join(', ')
      throw new UsageError(`There is no fault ${plan.name}; there are * and ${names}`)
    }
    counted.push({ plan, candidates, random: randomFrom(plan.seed ?? 0, plan.name), seen: 0, struck: 0 })
  }
  for (const plan of plans) add(plan)
  return {
    add,
    clear() {
      counted = []
    },
    strike(entry) {
      let chosen: { fault: Fault; plan: FaultPlan } | undefined
      // Every plan counts every request that it could strike, whether or not another plan strikes it.
      for (const one of counted) {
        const fitting = one.candidates.filter(({ kinds }) => kinds.includes(entry.kind))
        if (fitting.length === 0 || !isMeant(one.plan, entry)) continue
        one.seen++
        if (chosen !== undefined || !isDue(one)) continue
        one.struck++
        chosen = { fault: fitting.length === 1 ? fitting[0]! : one.random.pick(fitting), plan: one.plan }
      }
      return chosen
    },
  }
}

function isMeant({ on }: FaultPlan, { kind, method, path }: LoggedRequest): boolean {
  if (on === undefined) return true
  if (on instanceof RegExp) return on.test(`${method} ${path}`)
  return typeof on === 'string' ? on === kind : on.includes(kind)
}

function isDue({ plan, random, seen, struck }: Counted): boolean {
  if (seen <= (plan.after ?? 0)) return false
  if (plan.rate !== undefined) return struck < (plan.times ?? Infinity) && random.chance(plan.rate)
  return struck < (plan.times ?? 1)
}
