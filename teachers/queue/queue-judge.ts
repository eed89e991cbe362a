/** What was seen of the queue at one moment: how many of our requests wait of those that are there. */
export type Look = {
  waiting: number
  here: number
  /** What the server works on, that of others with ours, where it says so. */
  running?: number
}

/**
 * Decides from looks at a server's queue how many requests to send at the same time. Where a look comes from makes no
 * difference. It counts, and needs neither times nor a clock.
 */
export type QueueJudge = {
  ceiling(): number
  /** The number of the present ceiling: a look says something about the ceiling under which it was begun only. */
  round(): number
  /** Whether the ceiling is still being doubled, because no queue has been seen yet. */
  doubling(): boolean
  /** Looks at the present ceiling, at most as many as are kept. */
  looks(): number
  /** Takes note of a look that was begun in `round`. */
  add(look: Look, round: number): void
}

export type JudgeOptions = {
  /** The most that is ever sent. */
  max: number
  /** What is sent at first. */
  first?: number
  /** Whether it starts by doubling; unless given, where `first` is below `max`. */
  doubles?: boolean
  /**
   * Looks that must all show a queue before doubling ends: one where a look is exact, more where it may count requests as
   * waiting that the server has only not begun to read.
   */
  patience?: number
}

/** Shares of what runs: with less waiting there is room for more, with more there are too many; `aim` is kept. */
const share = { short: 0.1, aim: 0.25, long: 0.4 }

/** Looks before fewer are sent and before more are, and how many are kept. */
const looksBefore = { cut: 4, growth: 8, forgotten: 16 }

/** The ceiling at the start: a server of one slot gets seven too many, once. */
export const firstCeiling = 8

/**
 * Keeps a queue of about a quarter of what the server works on, so that it never runs dry. It doubles while nothing waits;
 * after that the mean of several looks decides.
 */
export function openQueueJudge(options: JudgeOptions): QueueJudge {
  const { max, patience = 1 } = options
  let ceiling = Math.max(1, Math.min(max, options.first ?? firstCeiling))
  let doubling = (options.doubles ?? true) && ceiling < max
  let round = 0
  let looks: Look[] = []
  /** Nothing at all waited before the ceiling was raised to where it is. */
  let raisedFromNothing = false

  function change(to: number): void {
    const next = Math.max(1, Math.min(max, Math.round(to)))
    if (next === max) doubling = false
    if (next === ceiling) return
    ceiling = next
    round += 1
    looks = []
  }

  /** A look that is taken while a place is filled again finds one too few. */
  function isFull(here: number): boolean {
    return here >= Math.min(0.95 * ceiling, ceiling - 1)
  }

  /** Judged by the last looks alone: a server that has come to work on more is not seen in those before. */
  function isDry(last: readonly Look[]): boolean {
    if (last.length < looksBefore.growth) return false
    const waiting = mean(last, (each) => each.waiting)
    const here = mean(last, (each) => each.here)
    return waiting <= share.short * Math.max(1, here - waiting) && isFull(here)
  }

  function add(look: Look, begunIn: number): void {
    if (begunIn !== round) return
    // More than the ceiling are there while those of a higher one are still being answered.
    if (look.here > 1.05 * ceiling + 1) {
      if (worksOnAll(look)) change(look.here)
      return
    }
    looks.push(look)
    if (looks.length > looksBefore.forgotten) looks.shift()
    const waiting = mean(looks, (each) => each.waiting)
    const here = mean(looks, (each) => each.here)
    const running = Math.max(1, here - waiting)
    const short = waiting <= share.short * running
    if (doubling) {
      // One alone may be a slow start.
      if (short || waiting <= 1) {
        if (isFull(look.here)) change(2 * ceiling)
        return
      }
      // A queue stays as long as it is while as many are there; prompts that are still to be read become fewer.
      const before = looks.at(-2)
      if (before !== undefined && look.waiting < before.waiting) looks = [look]
      if (looks.length < patience) return
      doubling = false
    }
    if (looks.length < looksBefore.cut) return
    const last = looks.slice(-looksBefore.growth)
    if (waiting > share.long * running) {
      raisedFromNothing = false
      change(Math.min(ceiling, Math.max(floorOf(look), running * (1 + share.aim))))
    } else if (isDry(last)) {
      const isEmpty = last.every((each) => each.waiting === 0)
      // Once is chance, twice is a server that has come to work on more.
      doubling = isEmpty && raisedFromNothing && ceiling >= firstCeiling
      raisedFromNothing = isEmpty
      change(Math.ceil(ceiling * (isEmpty ? 1.5 : 1.25)))
    }
  }

  return {
    ceiling: () => ceiling,
    round: () => round,
    doubling: () => doubling,
    looks: () => looks.length,
    add,
  }
}

/**
 * Whether nothing waits by the server's own word: then it works on as many as are there, whatever was thought of it. Where
 * it is seen by what was sent later, nothing is sent while more than the ceiling are there, so nothing would ever wait.
 */
function worksOnAll({ waiting, running }: Look): boolean {
  return running !== undefined && waiting === 0
}

/** The queue of a server that others keep full cuts ours no lower than to what a server of few slots gets. */
function floorOf({ running = 1 }: Look): number {
  return Math.min(firstCeiling, running)
}

function mean(looks: readonly Look[], of: (look: Look) => number): number {
  return looks.reduce((sum, look) => sum + of(look), 0) / looks.length
}
