import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { expect } from 'vitest'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { openResponseReader } from '../../teachers/wire/read-response.ts'
import { openEventStream } from '../../teachers/wire/event-stream.ts'
import { eventTokens, streams } from './support/bodies.ts'
import { triedOf, type Outcome } from './support/expected.ts'
import { fuzz } from './support/fuzz.ts'
import { cutAt, cuts, mutatedText } from './support/mutate-text.ts'

/*
 * A stream of events, mutated as bytes, cut anywhere: what is read does not depend on the cuts, a stream that breaks off is
 * never a whole answer, and what is there of it is the beginning of what comes.
 */

/** Bytes as a text of latin1. */
const binary = (text: string): string => Buffer.from(text).toString('latin1')

type Case = { bytes: string; places: number[] }

const cases: fc.Arbitrary<Case> = fc.record({
  bytes: mutatedText(streams.map(binary), eventTokens.map(binary)),
  places: cuts,
})

/** Reads as `callOnce` does, to the mark of the end. */
function read(pieces: readonly Uint8Array[]): { outcome: Outcome<unknown>; finished: boolean } {
  const reader = openResponseReader()
  const outcome = triedOf(() => {
    for (const piece of pieces) {
      reader.push(piece)
      if (reader.ended()) break
    }
    return reader.whole()
  })
  return { outcome, finished: reader.finished() }
}

/** What a failed read says of itself depends on how far it came; that it failed does not. */
fuzz<Case>('streams', {
  cases,
  runs: 2000,
  check: ({ bytes, places }) => {
    const whole = Buffer.from(bytes, 'latin1')
    const pieces = cutAt(whole, places)
    // Events that follow the mark of the end are read where they came in one piece with it, and never waited for.
    const isMarked = /\[DONE\]/u.test(bytes)
    const [one, many] = [read([whole]), read(pieces)]
    if (!isMarked && !isDeepStrictEqual(many.outcome, one.outcome)) expect(many.outcome).toEqual(one.outcome)
    for (const { outcome } of [one, many]) {
      if (!('value' in outcome)) continue
      // What is stored is read again as it was read when it came.
      const again = JSON.parse(JSON.stringify(outcome.value)) as unknown
      expect(readAnswer(again, { mode: 'thinking' })).toEqual(readAnswer(outcome.value, { mode: 'thinking' }))
    }
  },
})

/** The events themselves: the same whatever the cuts, and those of a beginning are the first of all. */
fuzz<Case & { end: number }>('events', {
  cases: fc.record({
    bytes: mutatedText(streams.map(binary), eventTokens.map(binary)),
    places: cuts,
    end: fc.nat(),
  }),
  runs: 2000,
  check: ({ bytes, places, end }) => {
    const whole = Buffer.from(bytes, 'latin1')
    const all = eventsOf([whole], true)
    expect(eventsOf(cutAt(whole, places), true)).toEqual(all)
    const begun = eventsOf([whole.subarray(0, end % (whole.length + 1))], false)
    expect(all.slice(0, begun.length)).toEqual(begun)
  },
})

function eventsOf(pieces: readonly Uint8Array[], ends: boolean): [string, string][] {
  const events: [string, string][] = []
  const stream = openEventStream((data, event) => events.push([data, event]))
  for (const piece of pieces) stream.push(piece)
  if (ends) stream.end()
  return events
}

/** A whole stream with texts of many bytes, cut off behind any byte. */
type Cut = { texts: string[]; field: string; end: number; places: number[]; lineEnd: string }

fuzz<Cut>('broken-streams', {
  cases: fc.record({
    texts: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 12,
    }),
    field: fc.constantFrom('content', 'reasoning', 'reasoning_content'),
    end: fc.nat(),
    places: cuts,
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  }),
  runs: 1000,
  check: ({ texts, field, end, places, lineEnd }) => {
    const event = (delta: object, reason: string | null): string =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }] })}${lineEnd}${lineEnd}`
    const sent = texts.map((text) => event({ [field]: text }, null)).join('')
    const bytes = Buffer.from(sent + event({}, 'stop'))
    const beginning = bytes.subarray(0, end % bytes.length)
    const reader = openResponseReader()
    for (const piece of cutAt(beginning, places)) reader.push(piece)
    const partial = textIn(reader.partial(), field)
    expect(texts.join('').startsWith(partial)).toBe(true)
    const { outcome, finished } = read(cutAt(beginning, places))
    // The last event counts where its line is whole, though no blank line follows it.
    const isWhole = beginning.length >= bytes.length - 2 * lineEnd.length
    expect('value' in outcome).toBe(isWhole)
    if ('value' in outcome) expect(textIn(outcome.value, field)).toBe(texts.join(''))
    else expect(finished).toBe(false)
  },
})

function textIn(body: unknown, field: string): string {
  const { choices } = (body ?? {}) as { choices?: { message: Record<string, string> }[] }
  return choices?.[0]?.message[field] ?? ''
}
