import { availableParallelism } from 'node:os'
import { RunError } from '../../../schemas/errors.ts'
import type { Problem, Task } from '../../../schemas/problem.ts'
import { openVerifierPool, type VerifierPool } from '../../../verifiers/pool/pool.ts'
import { verifiers } from '../../../verifiers/registry.ts'
import type { RejectedRow, SourceRow } from '../../../problems/source-row.ts'
import { quoted } from '../../../problems/rows.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Reporter } from '../../reporter/reporter.ts'
import { tally } from '../../../schemas/counts.ts'

/** Rows that are held while their references are checked. */
const windowRows = 1024
/** Positions that are named to the person. */
const shown = 5

type Item = SourceRow | RejectedRow
type Findings = { checked: number; reasons: Record<string, number>; positions: string[] }

/**
 * Hands the rows of a problem set on after every reference answer has been through its own verifier. One that is not
 * found right when it is compared with itself can never be matched by a trace, and is found here before anything is paid
 * for. By the recipe such a problem stays (a judge may still check its answers), is turned into a rejected row, or ends
 * the run when all rows have been read. Problems without a reference and of the task `none` are not looked at.
 *
 * @throws RunError at the end of the rows, when the recipe says `fail` and there is any
 */
export async function* checkGolds(
  rows: AsyncIterable<Item>,
  { recipe, reporter }: { recipe: Recipe; reporter: Reporter },
): AsyncGenerator<Item> {
  const { unverifiable_gold: policy } = recipe.problems
  const findings: Findings = { checked: 0, reasons: {}, positions: [] }
  await using pool = lazyPool(recipe, reporter)
  for await (const window of windows(rows)) {
    const reasons = await checkWindow(window, pool)
    for (const [index, item] of window.entries()) {
      const reason = reasons[index]
      if (reason === undefined || 'reason' in item) {
        yield item
        continue
      }
      note(findings, item.position, reason)
      yield policy === 'drop' ? rejected(item, reason) : item
    }
  }
  if (findings.checked === 0 || policy === 'drop') return
  if (policy === 'fail') throw new RunError(`${summary(findings)}; correct them, or set it to drop`)
  reporter.warn(`${summary(findings)}; correct them, or set it to drop; until then only a judge can tell`)
}

/** What a problem set depends on beside its rows and options: the verifiers, where they decide which problems stay. */
export function goldCheckInputs({ problems, verify }: Recipe): unknown {
  if (problems.unverifiable_gold !== 'drop') return undefined
  const options = verifierOptions(verify)
  return verifiers.map(({ name, version }) => [name, version, options[name]])
}

function verifierOptions(verify: Readonly<Record<string, unknown>>): Partial<Record<Task, unknown>> {
  return Object.fromEntries(verifiers.map(({ name }) => [name, verify[name]]))
}

async function* windows(rows: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let window: Item[] = []
  for await (const row of rows) {
    if (window.push(row) < windowRows) continue
    yield window
    window = []
  }
  if (window.length > 0) yield window
}

/** For each row why its reference cannot be verified, `undefined` where it can or where there is nothing to verify. */
async function checkWindow(
  window: readonly Item[],
  pool: { open(): VerifierPool },
): Promise<(string | undefined)[]> {
  const problems = window.map((item) => ('reason' in item ? undefined : item.problem))
  const checkable = problems.filter((problem) => problem !== undefined && isCheckable(problem)) as Problem[]
  if (checkable.length === 0) return problems.map(() => undefined)
  const results = await pool.open().verify(
    checkable.map(({ task, prompt, answers, choices }) => ({
      task,
      input: { prompt, answers, choices, output: '' },
    })),
  )
  const found = new Map(checkable.map((problem, index) => [problem, results[index]!]))
  return problems.map((problem) => {
    const result = problem && found.get(problem)
    return result === undefined || result.verdict === 'correct'
      ? undefined
      : `${result.verdict}: ${result.reason}`
  })
}

function isCheckable({ task, answers }: Problem): boolean {
  return task !== 'none' && answers.length > 0
}

function note(findings: Findings, position: string, reason: string): void {
  findings.checked += 1
  tally(findings.reasons, reason)
  if (findings.positions.length < shown) findings.positions.push(position)
}

function rejected({ position, problem }: SourceRow, reason: string): RejectedRow {
  const message = `the reference answer ${quoted(problem.answers)} is not found right by its own verifier, ${problem.task} (${reason}); correct it, or set problems.unverifiable_gold to warn`
  return { position, reason: 'unverifiable_gold', message }
}

function summary({ checked, reasons, positions }: Findings): string {
  const counts = Object.entries(reasons)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} ${reason}`)
  const places = `${positions.join(', ')}${checked > positions.length ? ', …' : ''}`
  return `${checked} problems have a reference answer that their own verifier does not find right (${counts.join(', ')}), the first at ${places} (problems.unverifiable_gold)`
}

/** Threads are started for the first reference, so that a set without any starts none. */
function lazyPool({ verify }: Recipe, reporter: Reporter): { open(): VerifierPool } & AsyncDisposable {
  let pool: VerifierPool | undefined
  return {
    open() {
      pool ??= openVerifierPool({
        workers: verify.workers ?? Math.max(1, availableParallelism() - 1),
        timeoutMs: verify.timeout_ms,
        options: verifierOptions(verify),
        registry: new URL('gold-verifiers.ts', import.meta.url).href,
        onFailure: ({ task, reason, message }) =>
          reporter.warn(`a ${task} reference could not be checked (${reason}): ${message}`),
      })
      return pool
    },
    async [Symbol.asyncDispose]() {
      await pool?.close()
    },
  }
}
