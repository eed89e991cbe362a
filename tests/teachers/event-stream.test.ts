import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openEventStream } from '../../teachers/wire/event-stream.ts'

function read(...pieces: (string | Uint8Array)[]): string[] {
  const events: string[] = []
  const stream = openEventStream((data) => events.push(data))
  for (const piece of pieces) stream.push(typeof piece === 'string' ? Buffer.from(piece) : piece)
  stream.end()
  return events
}

const lineEnding = fc.constantFrom('\n', '\r\n', '\r')
const oneLine = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed().replace(/[\r\n]/gu, '·'))
const noise = fc.constantFrom(': keep-alive', ':', 'event: message', 'id: 7', 'retry: 10', 'database: no')

test('however the bytes are cut, also inside a character, the events are those that were sent', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.array(noise, { maxLength: 2 }), fc.array(oneLine, { minLength: 1, maxLength: 3 })),
      ),
      lineEnding,
      fc.boolean(),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (events, ending, spaced, sizes) => {
        // A leading space of a value is the separator's when there is none.
        const field = (line: string): string => `data:${spaced || line.startsWith(' ') ? ' ' : ''}${line}`
        const lines = events.flatMap(([before, data]) => [...before, ...data.map(field), ''])
        const bytes = Buffer.from(lines.map((line) => line + ending).join(''))
        const pieces: Uint8Array[] = []
        for (let at = 0; at < bytes.length;) {
          const { value } = sizes.next()
          pieces.push(bytes.subarray(at, at + Number(value)))
          at += Number(value)
        }
        expect(read(...pieces)).toEqual(events.map(([, data]) => data.join('\n')))
      },
    ),
  )
})

test('a byte order mark, comments and unknown fields are passed over', () => {
  expect(read('\uFEFFdata: 1\n\n: ping\n\nevent: x\ndata:2\nid: 3\n\n')).toEqual(['1', '2'])
})

test('an event without its blank line counts when its line is whole, and not when it was cut', () => {
  expect(read('data: 1\n\ndata: 2\n')).toEqual(['1', '2'])
  expect(read('data: 1\n\ndata: 2')).toEqual(['1'])
  expect(read('data: 1\r')).toEqual(['1'])
})

test('a carriage return and its line feed in two pieces are one line end', () => {
  expect(read('data: 1\r', '\ndata: 2\r', '\n\r', '\n')).toEqual(['1\n2'])
})
