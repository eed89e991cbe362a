import { builtinItems } from '../../problems/builtin/builtin-problems.ts'
import type { BuiltinItem } from '../../problems/builtin/kind.ts'

/** Characters by which a place of a message is first compared with the known prompts. */
const KEY_LENGTH = 12
/** Problems that are added at a time when a message holds none of those known so far. */
const GROWTH = 1000
/** Problems of the first seed, which every simulator knows besides the set that it is to answer. */
const COMMON = { seed: 1, limit: 64 }

export type ProblemIndex = {
  /** The built-in problem inside a message, with any instruction around it, or `null`. */
  find(message: string): BuiltinItem | null
}

/**
 * Knows the first `limit` built-in problems of a seed by their prompts. It grows on demand, so that a server is up at
 * once; a message without a known problem makes it grow to the limit once.
 */
export function problemIndex(known: { seed: number; limit: number }): ProblemIndex {
  const own = ownIndex(known)
  const common = ownIndex(COMMON)
  return {
    find(message) {
      const text = fold(message)
      return own.search(text) ?? common.search(text) ?? own.grownSearch(text)
    },
  }
}

type OwnIndex = {
  /** Among the problems known so far. */
  search(text: string): BuiltinItem | null
  /** Among more and more problems, up to all. */
  grownSearch(text: string): BuiltinItem | null
}

function ownIndex({ seed, limit }: { seed: number; limit: number }): OwnIndex {
  const items = builtinItems({ count: limit, seed })
  const byPrompt = new Map<string, BuiltinItem>()
  const lengthsByKey = new Map<string, Set<number>>()
  let complete = false

  function grow(): void {
    for (let added = 0; added < GROWTH; added++) {
      const { value, done } = items.next()
      if (done === true) {
        complete = true
        return
      }
      const prompt = fold(value.problem.prompt)
      const key = prompt.slice(0, KEY_LENGTH)
      byPrompt.set(prompt, value)
      const lengths = lengthsByKey.get(key)
      if (lengths === undefined) lengthsByKey.set(key, new Set([prompt.length]))
      else lengths.add(prompt.length)
    }
  }

  function search(text: string): BuiltinItem | null {
    let longest = 0
    let found: BuiltinItem | null = null
    for (let at = 0; at + KEY_LENGTH <= text.length; at++) {
      const lengths = lengthsByKey.get(text.slice(at, at + KEY_LENGTH))
      if (lengths === undefined) continue
      for (const length of lengths) {
        if (length <= longest) continue
        const item = byPrompt.get(text.slice(at, at + length))
        if (item === undefined) continue
        longest = length
        found = item
      }
    }
    return found
  }

  return {
    search(text) {
      if (byPrompt.size === 0 && !complete) grow()
      return search(text)
    },
    grownSearch(text) {
      for (;;) {
        const found = search(text)
        if (found !== null || complete) return found
        grow()
      }
    },
  }
}

/** Two texts that differ in Unicode form or white space only are the same problem, as in `problemId`. */
function fold(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, ' ').trim()
}
