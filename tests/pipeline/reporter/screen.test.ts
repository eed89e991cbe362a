import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import xterm from '@xterm/headless'
import { expect, test } from 'vitest'
import type { Reporter } from '../../../pipeline/reporter/reporter.ts'
import { createTextReporter } from '../../../pipeline/reporter/text-reporter.ts'

/** A reporter on a terminal that really interprets what it is sent. */
function onScreen(columns: number, rows = 30) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
  let written: Promise<void> = Promise.resolve()
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns, rows })
  stream.on('data', (piece: Buffer) => {
    written = new Promise((resolve) => terminal.write(piece, resolve))
  })
  const reporter: Reporter = createTextReporter(stream as unknown as NodeJS.WriteStream, new PassThrough(), {
    now: Date.now,
    environment: { TERM: 'xterm' },
  })
  const lines = async (): Promise<string[]> => {
    await turn()
    await written
    const buffer = terminal.buffer.active
    return Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row)!.translateToString(true))
  }
  return {
    reporter,
    terminal,
    lines,
    /** Waits until a line is on the screen. */
    shows: async (pattern: RegExp): Promise<void> => {
      while (!(await lines()).some((line) => pattern.test(line))) await turn()
    },
    resize: async (width: number): Promise<void> => {
      await lines()
      terminal.resize(width, rows)
      stream.columns = width
      stream.emit('resize')
    },
  }
}

const countOf = (lines: readonly string[], pattern: RegExp): number =>
  lines.filter((line) => pattern.test(line)).length

test.each([80, 120])(
  'at %i columns the view stands once, below every message, also after the window changed',
  async (columns) => {
    const { reporter, lines, shows, resize } = onScreen(columns)
    reporter.start('distill', { samples: { ift: 40, reasoning: 40 }, shards: 4 })
    await shows(/^reasoning /u)
    const long = `answers are late, ${'and nobody knows why, '.repeat(9)}so it goes`
    reporter.warn(long)
    for (let each = 0; each < 5; each++) reporter.note(`message ${each}`)
    reporter.advance({ arm: 'ift', samples: 12, requests: 12 })
    reporter.advance({ shard: 0, part: 'traces', arms: { ift: { planned: 12, answered: 12, parsed: 11 } } })
    for (const width of [50, 100, 41, columns]) await resize(width)
    reporter.note('the last message')
    reporter.stop()
    const shown = await lines()
    expect(countOf(shown, /^distill \d/u)).toBe(1)
    expect(countOf(shown, /^ift +12\/40/u)).toBe(1)
    expect(countOf(shown, /^reasoning +0\/40/u)).toBe(1)
    expect(countOf(shown, /^message \d$/u)).toBe(5)
    expect(shown.join('')).toContain('so it goes')
    const place = (pattern: RegExp): number => shown.findIndex((line) => pattern.test(line))
    expect(place(/^the last message/u)).toBeLessThan(place(/^distill \d/u))
    expect(place(/^ift +12\/40/u)).toBeLessThan(place(/^ift +12 +12 +11/u))
  },
)

test('a terminal of few lines shows the whole run and says how many arms there are more', async () => {
  const arms = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`arm-${index}`, 5]))
  const { reporter, lines, shows } = onScreen(80, 10)
  reporter.start('distill', { samples: arms, shards: 4 })
  await shows(/more arms$/u)
  reporter.stop()
  const shown = await lines()
  expect(countOf(shown, /^distill /u)).toBe(1)
  expect(countOf(shown, /^arm-\d+ /u)).toBe(5)
  expect(countOf(shown, /^… 25 more arms$/u)).toBe(1)
})

test('what is called like a command to the terminal is shown as text', async () => {
  const { reporter, lines, shows, terminal } = onScreen(80)
  const hostile = '\u001B[2J\u001B]0;owned\u0007\u009B2K\rgone\u202E'
  let title = ''
  terminal.onTitleChange((next) => (title = next))
  reporter.note('before')
  reporter.start('distill', { samples: { [hostile]: 4 }, shards: 1 })
  reporter.advance({ arm: hostile, error: hostile })
  await shows(/gone/u)
  reporter.warn(hostile)
  reporter.stop()
  const shown = await lines()
  expect(title).toBe('')
  expect(shown.some((line) => line === 'before')).toBe(true)
  expect(countOf(shown, /^distill /u)).toBe(1)
})
