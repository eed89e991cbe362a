import type { Reporter } from './reporter.ts'

/** So many warnings of one kind are shown. */
const shown = 20

/** Warnings of a kind that may come by the thousand. */
export type FirstWarnings = {
  /** Shows a warning if it is one of the first twenty. */
  warn: (text: string) => void
  /** Says in one line how many further ones there were, if there were any. */
  finish: (say: (more: number) => string) => void
}

/** @param last is appended to the last warning that is shown, where `finish` will not be called */
export function firstWarnings(reporter: Pick<Reporter, 'warn'>, last?: string): FirstWarnings {
  let count = 0
  return {
    warn(text) {
      count += 1
      if (count <= shown) reporter.warn(text)
      if (count === shown && last !== undefined) reporter.warn(last)
    },
    finish(say) {
      if (count > shown) reporter.warn(say(count - shown))
    },
  }
}
