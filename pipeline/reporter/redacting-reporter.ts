import type { Redactor } from '../../store/secrets/redact.ts'
import type { Reporter } from './reporter.ts'

/** A reporter that shows no key in use, wherever the text with it comes from. */
export function createRedactingReporter(reporter: Reporter, keys: Redactor): Reporter {
  return {
    ...reporter,
    note: (text) => reporter.note(keys.text(text)),
    warn: (text) => reporter.warn(keys.text(text)),
    result: (kind, data, text) => reporter.result(kind, keys.value(data), keys.text(text)),
  }
}
