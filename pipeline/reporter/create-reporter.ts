import process from 'node:process'
import { createJsonReporter } from './json-reporter.ts'
import type { Reporter } from './reporter.ts'
import type { Tally } from './tally.ts'
import { createTextReporter } from './text-reporter.ts'

/** The values of `--progress`. */
export const progressForms = ['auto', 'tty', 'plain', 'json', 'off'] as const
export type ProgressForm = (typeof progressForms)[number]

/**
 * The reporter that the options of a command ask for. With `json` everything is JSON lines on stdout; with the form `json`
 * only what stderr gets is, and results stay text on stdout.
 */
export function createReporter(
  { stderr, stdout }: Record<'stderr' | 'stdout', NodeJS.WriteStream>,
  { json, form, tally, now }: { json: boolean; form: ProgressForm; tally: Tally; now: () => number },
): Reporter {
  if (json) return createJsonReporter(stdout, now, { tally, progress: form !== 'off' })
  if (form === 'json') return createJsonReporter(stderr, now, { tally, results: stdout })
  return createTextReporter(stderr, stdout, {
    now,
    environment: process.env,
    shown: form === 'auto' ? undefined : form,
    tally,
  })
}
