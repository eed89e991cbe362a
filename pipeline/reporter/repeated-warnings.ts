import { firstWarnings, type FirstWarnings } from './first-warnings.ts'
import type { Reporter } from './reporter.ts'

/** Warnings of several kinds, from all parts of a run. */
export type RepeatedWarnings = {
  /** Shows the first ones of a kind that may come by the thousand. */
  often(kind: string, text: string): void
  /** Shows only the first of a kind. */
  once(kind: string, text: string): void
}

export function openRepeatedWarnings(reporter: Pick<Reporter, 'warn'>): RepeatedWarnings {
  const kinds = new Map<string, FirstWarnings>()
  const said = new Set<string>()
  return {
    often(kind, text) {
      let warnings = kinds.get(kind)
      if (!warnings) {
        warnings = firstWarnings(
          reporter,
          'further warnings of this kind are not shown; the ledger counts them',
        )
        kinds.set(kind, warnings)
      }
      warnings.warn(text)
    },
    once(kind, text) {
      if (!said.has(kind)) reporter.warn(text)
      said.add(kind)
    },
  }
}
