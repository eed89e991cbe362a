import type { PartKind } from '../../schemas/parts.ts'
import type { PartsRead } from '../../store/parts/join.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { Stage } from './stage.ts'

/**
 * What a stage reads under a recipe, for each kind that it names in `reads`: the part of the last active stage before it
 * that makes or replaces the kind. A kind is left out where no active stage makes or replaces it.
 */
export function inputKinds(stages: readonly Stage[], stage: Stage, context: RunContext): PartsRead {
  const before = stages.slice(0, stages.indexOf(stage))
  const reads: PartsRead = {}
  for (const kind of stage.reads) {
    const family = replacing(before, kind)
    const maker = before.findLast(
      (each) => isActive(each, context) && (family as readonly string[]).includes(each.writes),
    )
    if (maker && maker.writes !== 'dataset') reads[kind] = maker.writes
  }
  return reads
}

/** Whether a stage has anything to do under a recipe. */
export function isActive(stage: Stage, context: RunContext): boolean {
  return stage.active?.(context) ?? true
}

/** A kind together with every kind that replaces it or that it replaces, directly or through others. */
function replacing(stages: readonly Stage[], kind: PartKind): PartKind[] {
  const family: PartKind[] = [kind]
  for (let known = 0; known < family.length; known++)
    for (const stage of stages) {
      if (!('replaces' in stage) || stage.replaces === undefined) continue
      const { writes, replaces } = stage
      if (writes === family[known] && !family.includes(replaces)) family.push(replaces)
      if (replaces === family[known] && !family.includes(writes)) family.push(writes)
    }
  return family
}
