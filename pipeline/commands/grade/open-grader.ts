import type { Task } from '../../../schemas/problem.ts'
import type { VerifierResult } from '../../../schemas/verdict.ts'
import { openVerifierPool, type TimedResult, type VerifierJob } from '../../../verifiers/pool/pool.ts'
import { explainUndecided } from '../../../verifiers/undecided.ts'
import type { JsonLine } from '../../../problems/files/jsonl.ts'
import type { CodeGrader } from './code-grader.ts'
import { gradeRow, type GradeId } from './grade-row.ts'

/** What is written for one line. */
export type Graded = Pick<VerifierResult, 'verdict' | 'extracted' | 'extraction' | 'path' | 'reason'> & {
  id: GradeId
  /** Milliseconds of checking by the clock, waiting for a worker not counted. */
  ms: number
  /** Of an undecided answer: what was not understood. */
  unclear?: string
  /** For a line that could not be read: its number, counted from 1, and the reason. */
  line?: number
  message?: string
}

export type GraderSettings = {
  /** For lines that do not name their own task. */
  task: Task | undefined
  /** Threads that check answers, and programs that are tested at a time. */
  workers: number
  timeoutMs: number
  /** Options of the verifiers, by task. */
  options: Partial<Record<Task, unknown>>
  warn: (text: string) => void
}

export type Grader = {
  /** Grades lines; the results come in their order. */
  grade(lines: readonly JsonLine[]): Promise<Graded[]>
  close(): Promise<void>
}

/** Starts the threads that grade. The sandbox for programs is tried when the first one comes. */
export function openGrader({ task, workers, timeoutMs, options, warn }: GraderSettings): Grader {
  const { code: codeOptions, ...poolOptions } = options
  const pool = openVerifierPool({
    workers,
    timeoutMs,
    options: poolOptions,
    registry: new URL('answer-verifiers.ts', import.meta.url).href,
    onFailure: ({ task: failed, reason, message }) =>
      warn(`a ${failed} answer could not be checked (${reason}): ${message}`),
  })
  let code: Promise<CodeGrader> | undefined

  return {
    async grade(lines) {
      const items = lines.map((line) =>
        'row' in line
          ? { line, item: gradeRow(line.row, task) }
          : { line, item: { id: null, bad: { reason: line.reason, message: line.message } } },
      )
      const jobs = items.flatMap(({ item }) => ('job' in item ? [item.job] : []))
      const checked = (await pool.verifyTimed(jobs)).values()
      return Promise.all(
        items.map(async ({ line, item }) => {
          if ('bad' in item) return unread(item.id, line.number, item.bad)
          if ('decided' in item) return graded(item.id, item.decided, [], 0)
          const { result, ms } = await finish(item.job, checked.next().value!)
          return graded(item.id, result, item.job.input.answers, ms)
        }),
      )
    },
    close: () => pool.close(),
  }

  /** Programs have only been freed of the reasoning around them so far; their tests run outside of the pool. */
  async function finish(job: VerifierJob, checked: TimedResult): Promise<TimedResult> {
    if (job.task !== 'code' || checked.result.verdict !== 'undecided') return checked
    code ??= import('./code-grader.ts').then(({ openCodeGrader }) =>
      openCodeGrader({ options: codeOptions ?? {}, concurrency: workers, warn }),
    )
    return (await code)({ ...job.input, output: checked.result.extracted })
  }
}

function graded(id: GradeId, result: VerifierResult, golds: readonly string[], ms: number): Graded {
  const { verdict, extracted, extraction, path, reason } = result
  const unclear = verdict === 'undecided' ? { unclear: explainUndecided(result, golds) } : {}
  return { id, verdict, extracted, extraction, path, reason, ...unclear, ms: Math.round(ms * 1000) / 1000 }
}

function unread(id: GradeId, line: number, { reason, message }: { reason: string; message: string }): Graded {
  return { id, line, verdict: 'error', extracted: '', extraction: 'none', path: '', reason, message, ms: 0 }
}
