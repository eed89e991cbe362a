/** A number of places, and who waits for one. */
export type Places = {
  /** Resolves when the caller has a place, first come, first served. */
  take(): Promise<void>
  leave(): void
  waiting(): number
}

export function openPlaces(count: number): Places {
  const line: (() => void)[] = []
  let free = count
  return {
    async take() {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => line.push(resolve))
    },
    leave() {
      const next = line.shift()
      if (next) next()
      else free += 1
    },
    waiting: () => line.length,
  }
}
