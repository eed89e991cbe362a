/** Wakes somebody who waits. */
export type Bell = {
  ring: () => void
  /** Resolves when it rings, at once where it has rung since the last time, or after a while. */
  rung(withinMs: number): Promise<void>
}

export function openBell(): Bell {
  let hasRung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      hasRung = true
      wake?.()
    },
    async rung(withinMs) {
      if (!hasRung)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, withinMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      wake = undefined
      hasRung = false
    },
  }
}
