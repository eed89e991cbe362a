import fc from 'fast-check'
import { expect, test } from 'vitest'
import { headline, progressFrame } from '../../../pipeline/reporter/progress-frame.ts'
import { widthOf } from '../../../pipeline/reporter/side-by-side.ts'
import { createTally, type Tally } from '../../../pipeline/reporter/tally.ts'
import { steering } from '../../../schemas/printable-json.ts'

const ours = ['ift', 'reasoning']

function tallyOf(arms: readonly string[], totals = 40): Tally {
  let at = 0
  const tally = createTally(() => (at += 100))
  tally.begin('distill', { samples: Object.fromEntries(arms.map((arm) => [arm, totals])), shards: 4 })
  return tally
}

const textOf = (tally: Tally, width = 79, height = 23): string =>
  progressFrame(tally.figures(), { width, height })
    .map(({ text }) => text)
    .join('\n')

test('the frame fits every terminal, whatever arms are called and however many there are', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '\u001B[2J',
      '\u001B]0;title\u0007',
      'a\nb',
      '\u202Egnp',
      '漢字'.repeat(20),
      '\u009B31m',
      '\r',
    ),
  )
  fc.assert(
    fc.property(
      fc.uniqueArray(hostile, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 60 }),
      (names, width, height) => {
        const tally = tallyOf(names)
        for (const arm of names) {
          tally.add({
            arm,
            samples: 3,
            requests: 3,
            completion_tokens: 5000,
            cost_usd: 0.5,
            error: names[0]!,
          })
          tally.add({ shard: 0, part: 'traces', arms: { [arm]: { planned: 9, answered: 8, parsed: 7 } } })
        }
        const frame = progressFrame(tally.figures(), { width, height })
        expect(frame.length).toBeLessThanOrEqual(Math.max(2, height))
        for (const { text } of frame) {
          expect(widthOf(text)).toBeLessThanOrEqual(width)
          expect(text).not.toMatch(new RegExp(steering.source, 'u'))
          expect(text).not.toContain('\n')
        }
      },
    ),
  )
})

test('every arm has its line at 80 columns, with what went wrong', () => {
  const tally = tallyOf(ours)
  for (let each = 0; each < 7; each++) tally.add({ arm: 'ift', error: 'http_502' })
  tally.add({ arm: 'ift', in_flight: 3 })
  tally.add({ arm: 'reasoning', samples: 10, requests: 10, truncated: 4, failed: 2, cost_usd: 1.5 })
  const text = textOf(tally)
  expect(text).toMatch(/^ift +0\/40 +0 +3 +0 +0 .* 7$/mu)
  expect(text).toMatch(/^reasoning +10\/40 +25 +0 +0 +4 +\$1\.500 .* 2$/mu)
  expect(text).toMatch(/^ift +http_502 7$/mu)
  expect(text).toMatch(/^reasoning +2 given up$/mu)
  const wide = textOf(tally, 119)
  expect(wide).toMatch(/^ift +0\/40 +0 +3 +0 +0 .*http_502 7$/mu)
  expect(wide).toMatch(/^reasoning +10\/40 +25 +0 +0 +4 +\$1\.500 .*2 given up$/mu)
})

test('a wave that begins keeps what was done, spent and seen before it', () => {
  const tally = tallyOf(ours, 10)
  for (const arm of ours) tally.add({ arm, samples: 10, requests: 10, completion_tokens: 100, cost_usd: 1 })
  tally.add({ arm: 'ift', error: 'timeout', truncated: 1 })
  const before = tally.figures()
  tally.begin('distill', { samples: { ift: 16, reasoning: 16 }, shards: 4 })
  const after = tally.figures()
  expect({ ...after, samples_total: 20 }).toMatchObject({
    samples: before.samples,
    completion_tokens: before.completion_tokens,
    cost_usd: before.cost_usd,
  })
  expect(after.samples_total).toBe(32)
  expect(after.arms[0]).toMatchObject({ samples: 10, requests: 10, truncated: 1, errors: { timeout: 1 } })
  expect(after.arms[0]!.pace).not.toBeNull()
  // The wave finds on disk what the first one asked for, and then asks.
  for (const arm of ours) tally.add({ arm, samples: 10, known: true })
  for (const arm of ours) tally.add({ arm, samples: 6 })
  expect(tally.figures().samples).toBe(32)
  expect(tally.figures()).not.toHaveProperty('wave')
})

test('the remaining time of a run in waves is said to be that of the wave', () => {
  const tally = tallyOf(ours, 10)
  tally.add({ arm: 'ift', in_flight: 1 })
  for (const arm of ours) tally.add({ arm, samples: 10, requests: 10, completion_tokens: 100 })
  tally.begin('distill', { samples: { ift: 16, reasoning: 16 }, shards: 4, wave: 2 })
  expect(tally.figures().wave).toBe(2)
  const left = { seconds: 40, low: null, high: null }
  expect(headline({ ...tally.figures(), eta: left })).toContain('ETA of wave 2 ~40s')
  expect(headline({ ...tallyOf(ours).figures(), eta: left })).toContain('ETA ~40s')
})

test('a part that is made again counts once', () => {
  const tally = tallyOf(['ift'])
  for (const planned of [10, 12])
    tally.add({ shard: 1, part: 'traces', arms: { ift: { planned, answered: 9, parsed: 9 } } })
  tally.add({ shard: 1, part: 'pairs', arms: { ift: { paired: 5 } }, pairs: 5 })
  tally.add({ shard: 1, part: 'pairs', arms: { ift: { paired: 4 } }, pairs: 4 })
  expect(tally.figures()).toMatchObject({
    pairs: 4,
    arms: [{ finished: { planned: 12, answered: 9, paired: 4 } }],
  })
})
