import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, extname, resolve } from 'node:path'
import { printableJson } from '../../../schemas/printable-json.ts'
import { RunError, UsageError } from '../../../schemas/errors.ts'
import type { Task } from '../../../schemas/problem.ts'
import { openGrader, type Graded } from './open-grader.ts'
import { gradeStream } from './grade-stream.ts'
import { readBytes } from '../../../problems/files/bytes.ts'
import type { InputFile } from '../../../problems/files/files.ts'
import { quoted } from '../../../schemas/quoted.ts'
import { firstWarnings } from '../../reporter/first-warnings.ts'
import type { CommandIo } from '../io.ts'

export type GradeOptions = { task?: string; options?: string; workers?: number; timeoutMs: number }

/**
 * Grades JSON lines: reads `gold` with `pred` or `output` from a file or standard input and writes one verdict for each
 * line to standard output, in order. A line that cannot be graded gets the verdict `error` and does not stop the others.
 * A reader that goes away (`| head`) ends the command quietly.
 *
 * @param path of a JSONL file, also `.gz` or `.zst`; `-` is standard input
 * @throws RunError when a line was not graded
 */
export async function gradeFile(path: string, given: GradeOptions, io: CommandIo): Promise<void> {
  const { reporter, stdin, stdout, now } = io
  const file = await inputFile(path, io.cwd)
  const counts = new Map<string, number>()
  const { warn, finish } = firstWarnings(reporter)
  const grader = openGrader({
    task: await taskOf(given.task),
    workers: given.workers ?? availableParallelism(),
    timeoutMs: given.timeoutMs,
    options: await optionsOf(given.options),
    warn,
  })
  const output = openOutput(stdout)
  const startedAt = now()
  let failure: unknown
  try {
    await gradeStream({
      chunks: readBytes(file, stdin),
      grade: (lines) => grader.grade(lines),
      async write(results) {
        for (const { verdict, line, reason, message } of results) {
          counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
          if (line !== undefined) warn(`${file.label}:${line}: ${message} (${reason})`)
        }
        await output.write(results.map(lineOf).join(''))
      },
      onFailure(error) {
        failure ??= error
        if (file.path === '-') stdin.destroy()
      },
    })
  } catch (error) {
    failure ??= error
  } finally {
    await grader.close()
  }
  if (isGone(failure)) return
  if (failure !== undefined) throw failure
  finish((more) => `… and ${more} more warnings; every bad line has the verdict error`)
  reporter.note(summary(counts, now() - startedAt))
  const bad = counts.get('error') ?? 0
  if (bad > 0)
    throw new RunError(
      `${bad} of ${total(counts)} lines were not graded: they have the verdict \`error\` with a reason; correct them and grade them again`,
    )
}

async function inputFile(path: string, cwd: string): Promise<InputFile> {
  const shape = { format: 'jsonl', compression: 'none' } as const
  if (path === '-') return { ...shape, path, label: 'stdin', name: 'stdin' }
  const found = await stat(resolve(cwd, path)).catch(() => undefined)
  if (found === undefined || found.isDirectory())
    throw new UsageError(
      `wanted a file of JSON lines to grade, got no file ${quoted(path)}; correct the path`,
    )
  const compression = ({ '.gz': 'gzip', '.zst': 'zstd' } as const)[extname(path)] ?? 'none'
  return { ...shape, path: resolve(cwd, path), label: path, name: basename(path), compression }
}

async function taskOf(name: string | undefined): Promise<Task | undefined> {
  if (name === undefined) return undefined
  const { taskNames } = await import('../../../verifiers/all-verifiers.ts')
  if (taskNames.includes(name)) return name
  throw new UsageError(`--task must be one of ${taskNames.join(', ')}, got ${quoted(name)}`)
}

/** The options are tried here, before any line is read; a command without them starts without the verifiers. */
async function optionsOf(text: string | undefined): Promise<Partial<Record<Task, unknown>>> {
  if (text === undefined) return {}
  const { parseVerifierOptions } = await import('./verifier-options.ts')
  return parseVerifierOptions(text)
}

function openOutput(stdout: NodeJS.WriteStream): { write(text: string): Promise<void> } {
  // The error also comes to the callback of the write that met it, where it is dealt with.
  stdout.on('error', () => undefined)
  return {
    write: (text) =>
      new Promise((done, fail) => stdout.write(text, (error) => (error ? fail(unwritable(error)) : done()))),
  }
}

/** A reader that has gone is no failure of the command; every other error is one that the user can act on. */
function unwritable(error: Error): Error {
  if (isGone(error)) return error
  return new RunError(
    `the results cannot be written to standard output (${error.message}); make room for them and grade the file again`,
    { cause: error },
  )
}

function isGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')
  )
}

/** An id beyond the exact range of numbers is written with the digits it came with. */
function lineOf({ id, ...rest }: Graded): string {
  const members = printableJson(rest).slice(1)
  return `{"id":${typeof id === 'bigint' ? String(id) : printableJson(id)},${members}\n`
}

function summary(counts: ReadonlyMap<string, number>, ms: number): string {
  const lines = total(counts)
  const seconds = Math.max(ms, 1) / 1000
  const rate = Math.round(lines / seconds).toLocaleString('en')
  const verdicts = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([verdict, count]) => `${count} ${verdict}`)
  return `graded ${lines} lines in ${seconds.toFixed(1)} s (${rate}/s): ${verdicts.join(', ') || 'none'}`
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}
