import { createInterface } from 'node:readline'
import type { Drawn } from '../../../review/draw/draw-sample.ts'
import type { ReviewPair } from '../../../review/pairs/pair.ts'
import type { PairSource } from '../../../review/pairs/source.ts'
import { openSession } from '../../../review/server/session.ts'
import { rejectReasons, RejectReason } from '../../../schemas/review.ts'
import type { CommandIo } from '../io.ts'

const reasonNames = Object.keys(rejectReasons)
const help = `a approve · x1 to x9 reject (${reasonNames.map((name, at) => `${at + 1} ${name.replaceAll('_', ' ')}`).join(', ')}) · f flag · n TEXT note · u undo · Enter next · q quit`

type Asked = {
  reviewer: string
  source: PairSource
  drawn: readonly Drawn[]
  seed: number
  show: (pair: ReviewPair) => string
}

/**
 * Shows pairs one after the other and takes verdicts from standard input, a line each. They are written as the review page
 * writes them, with the same checks, each on disk before the next pair.
 *
 * @returns on how many of them the reviewer has a verdict now
 */
export async function reviewInTerminal(
  { reviewer, source, drawn, seed, show }: Asked,
  io: CommandIo,
): Promise<number> {
  const random = drawn.filter(({ why }) => why === 'random')
  const risky = drawn.filter(({ why }) => why !== 'random')
  const sample = { population: drawn.length, random: [...random], risky: [...risky] }
  const session = await openSession({ source, sample, seed, gate: undefined, doubleShare: 1, now: io.now })
  const lines = createInterface({ input: io.stdin })[Symbol.asyncIterator]()
  io.reporter.note(help)

  async function judged(): Promise<number> {
    const seen = await Promise.all(drawn.map(({ id }) => session.see(id, reviewer)))
    return seen.filter((each) => each?.own?.verdict !== undefined && !each.isVoid).length
  }

  for (let at = 0; at < drawn.length;) {
    const { id } = drawn[at]!
    const pair = await source.read(id)
    if (!pair) throw new Error(`${id} was drawn and is not there`)
    io.reporter.note(`${show(pair)}\n\n${at + 1} of ${drawn.length}, ${reviewer}: verdict?`)
    let stays = true
    while (stays) {
      const { value, done } = await lines.next()
      if (done === true) return judged()
      const said = value.trim()
      const act = actOf(said)
      if (said === 'q') return judged()
      if (said === 'u') {
        const undone = await session.undo(reviewer)
        const place = drawn.findIndex((one) => one.id === undone)
        io.reporter.note(undone === undefined ? 'nothing to undo' : `undone: ${undone}`)
        if (place >= 0 && place !== at) {
          at = place
          stays = false
        }
      } else if (act === undefined) io.reporter.note(help)
      else {
        if (Object.keys(act).length > 0) await session.act({ pair_id: id, reviewer, ...act })
        if ('verdict' in act || said === '') {
          at += 1
          stays = false
        }
      }
    }
  }
  return judged()
}

type Said = { verdict?: 'accept' | 'reject'; reason?: RejectReason; note?: string; flag?: boolean }

/** What a line says; nothing to record for an empty one, and `undefined` where it cannot be read. */
function actOf(said: string): Said | undefined {
  if (said === '') return {}
  if (said === 'a') return { verdict: 'accept' }
  if (said === 'f') return { flag: true }
  if (said.startsWith('n ')) return { note: said.slice(2) }
  const [, digit] = /^x\s*([1-9])$/u.exec(said) ?? []
  const reason = RejectReason.safeParse(reasonNames[Number(digit) - 1]).data
  return reason === undefined ? undefined : { verdict: 'reject', reason }
}
