import * as fc from 'fast-check'
import { expect } from 'vitest'
import { readAnswer, type ReadAnswer } from '../../teachers/reply/read-answer.ts'
import { readUsage } from '../../teachers/reply/read-usage.ts'
import { classifyFailure } from '../../teachers/wire/classify-error.ts'
import { describeErrorBody } from '../../teachers/wire/error-body.ts'
import { openResponseReader } from '../../teachers/wire/read-response.ts'
import { bodies } from './support/bodies.ts'
import { triedOf, type Outcome } from './support/expected.ts'
import { fuzz } from './support/fuzz.ts'
import { cutAt, cuts, mutatedText } from './support/mutate-text.ts'
import { mutatedTree } from './support/mutate-tree.ts'

/*
 * A response of 200 with any body: it is read, or refused with one line as a failed try. Nothing that is read was not in it,
 * and how the network cut it makes no difference.
 */

type Case = { text: string; places: number[] }

const written = bodies.map((each) => JSON.stringify(each))
const tokens = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  'null',
  '\\',
  '\\ud800',
  '\n',
  '\ufeff',
  '1e999',
  '<html>',
  '\u0000',
]

const cases: fc.Arbitrary<Case> = fc.record({
  text: fc.oneof(
    mutatedTree(bodies).map((tree) => JSON.stringify(tree)),
    mutatedText(written, tokens),
  ),
  places: cuts,
})

function read(pieces: readonly Uint8Array[]): Outcome<unknown> {
  return triedOf(() => {
    const reader = openResponseReader()
    for (const piece of pieces) reader.push(piece)
    return reader.whole()
  })
}

fuzz<Case>('responses', {
  cases,
  runs: 4000,
  check: ({ text, places }) => {
    const bytes = Buffer.from(text)
    const whole = read([bytes])
    expect(read(cutAt(bytes, places))).toEqual(whole)
    if (!('value' in whole)) return
    for (const mode of ['thinking', 'non_thinking'] as const) {
      const answer = readAnswer(whole.value, { mode })
      expectStored(answer)
      expectIn(text, answer)
    }
    // What is stored is read again as it was read when it came.
    const again = JSON.parse(JSON.stringify(whole.value)) as unknown
    expect(readAnswer(again, { mode: 'thinking' })).toEqual(readAnswer(whole.value, { mode: 'thinking' }))
    for (const count of Object.values(readUsage(whole.value)))
      expect(count === null || (Number.isSafeInteger(count) && count >= 0)).toBe(true)
  },
})

/** What the schema of a trace wants, so that an odd answer cannot end a run where it is stored. */
function expectStored(answer: ReadAnswer): void {
  for (const member of [
    'reasoning',
    'answer',
    'finish_reason',
    'served_model',
    'provider',
    'response_id',
  ] as const)
    expect(typeof answer[member]).toBe('string')
}

/** Every word of what was read stands somewhere in the texts of the body. */
function expectIn(text: string, { reasoning, answer }: ReadAnswer): void {
  const names: string[] = []
  const texts: string[] = []
  const look = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value, ...inside(value))
    else if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) {
        names.push(name)
        look(member)
      }
  }
  look(text)
  // Pieces of a text are joined.
  const all = `${texts.join('')}\n${texts.join('\n')}\n${names.join('\n')}`.toWellFormed()
  for (const word of `${reasoning}\n${answer}`.toWellFormed().match(/[\p{L}\p{N}]+/gu) ?? [])
    if (!isMadeOf(word, all)) expect(all).toContain(word)

  /** A gateway may send a body as a text in a body. */
  function inside(value: string): string[] {
    try {
      const parsed: unknown = JSON.parse(value)
      if (typeof parsed === 'object' || typeof parsed === 'string') look(parsed)
    } catch {
      for (const one of value.split('\n')) if (one !== value && one.startsWith('{')) inside(one)
    }
    return []
  }
}

/** Whether a word stands in the texts, or its beginning and its end do. */
function isMadeOf(word: string, all: string): boolean {
  const ends = Array.from({ length: word.length }, (_, at) => at)
  return ends.some((end) => all.includes(word.slice(0, end)) && all.includes(word.slice(end)))
}

fuzz<{ tree: unknown; status: number }>('refusals', {
  cases: fc.record({
    tree: fc.oneof(mutatedTree(bodies), mutatedText(written, tokens)),
    status: fc.constantFrom(400, 401, 404, 413, 422, 429, 500, 503, 529),
  }),
  runs: 4000,
  check: ({ tree, status }) => {
    const failure = describeErrorBody(tree, 'no reason given')
    expect(failure.message).not.toMatch(/[\n\r]/u)
    expect(failure.message.length).toBeLessThanOrEqual(300)
    expect(failure.message).not.toBe('')
    const classified = classifyFailure({ ...failure, status }, { succeeded: true })
    expect(['transient', 'sample', 'endpoint', 'stop']).toContain(classified.kind)
  },
})
