import type { Arm } from '../../schemas/arm.ts'
import { ignoredParameters } from './build-request.ts'
import { type DialectName, findDialect } from '../dialects/registry.ts'

/**
 * What a person should know before an arm is asked: parameters that its server does not take or that have no effect there,
 * one line each; most arms have none.
 */
export function armWarnings(arm: Arm, dialectName: DialectName): string[] {
  const { label, others, idleWhenThinking = [] } = findDialect(dialectName)
  const ignored = ignoredParameters(arm, dialectName)
  const idle = idleWhenThinking.filter((name) => arm.mode === 'thinking' && arm.sampling[name] !== null)
  const warnings: string[] = []
  if (ignored.length > 0)
    warnings.push(
      `arm ${arm.name}: ${label} ignores ${inWords(ignored)}: ${ignored.length === 1 ? 'it is' : 'they are'} not sent; ${others}`,
    )
  if (idle.length > 0)
    warnings.push(`arm ${arm.name}: ${label} takes ${inWords(idle)} and ignores them while the model reasons`)
  return warnings
}

function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
