import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createTextReporter } from '../../../pipeline/reporter/text-reporter.ts'

/** Switches off that a terminal goes on in the next line where a text is longer than it is wide. */
const cutsLines = '\u001B[?7l'
const columns = 80

test('a line above the view is shown whole, however wide the terminal is', () => {
  const { reporter, shown } = onTerminal()
  const long = `${'a message that is longer than the terminal is wide, '.repeat(4)}press Ctrl-C again`
  reporter.start('distill', { samples: { ift: 4 }, shards: 1 })
  reporter.warn(long)
  reporter.advance({ arm: 'ift', samples: 1, completion_tokens: 10 })
  reporter.stop()
  expect(shown()).toContain(long)
  expect(shown()).not.toContain(cutsLines)
  expect(shown()).toMatch(/ift +1\/4/u)
})

test('the bar of a transfer is shown with all of its figures', () => {
  const { reporter, shown } = onTerminal()
  const total = 999_000_000_000
  reporter.transfer({ phase: 'looking for secrets', done: 0, total, unit: 'bytes' })
  reporter.transfer({ phase: 'looking for secrets', done: total, total, unit: 'bytes' })
  reporter.warn('in the end')
  reporter.stop()
  expect(shown()).toMatch(/looking for secrets \S+ 999 GB of 999 GB {2}100 % {2}[\d.]+ .B\/s/u)
  expect(shown()).toContain(' in the end\n')
  expect(shown()).not.toContain(cutsLines)
})

test('a start that asks for nothing shows no rate', () => {
  const { reporter, shown } = onTerminal()
  reporter.start('distill', { samples: { ift: 4 }, shards: 1 })
  reporter.advance({ arm: 'ift', samples: 4, known: true })
  reporter.advance({ shards: 1 })
  reporter.stop()
  expect(shown()).toContain('4/4')
  expect(shown()).toMatch(/4\/4 +100 +0 +0 +0 +0 tok\n/u)
})

/** A stream that looks like a terminal and keeps what is written to it. */
function onTerminal() {
  let text = ''
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns })
  stream.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  let at = 0
  const now = (): number => (at += 1000)
  const terminal = stream as unknown as NodeJS.WriteStream
  const reporter = createTextReporter(terminal, new PassThrough(), { now, environment: { TERM: 'xterm' } })
  return { reporter, shown: () => text }
}
