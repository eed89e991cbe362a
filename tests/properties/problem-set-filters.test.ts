import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketCount } from '../../store/files/spool.ts'
import { problemId } from '../../schemas/problem.ts'
import type { SourceRow } from '../../problems/source-row.ts'
import { openSetFindings } from '../../pipeline/stages/problems/set-findings.ts'
import { makeSample } from '../filters/sample.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Plain = { prompt: number; answer: number; id: number; scope: number }

function rowOf({ prompt, answer, id, scope }: Plain, index: number): SourceRow {
  const content = { prompt: `How much is ${prompt}?`, choices: [] }
  return {
    position: `p.jsonl:${index + 1}`,
    idScope: `scope ${scope}`,
    problem: {
      ...makeSample().problem,
      ...content,
      id: problemId(content),
      answers: [String(answer)],
      source_id: id === 0 ? '' : `id ${id}`,
    },
  }
}

/** The reason against each row, `undefined` where it stays. */
async function reasonsOf(rows: readonly SourceRow[]): Promise<(string | undefined)[]> {
  await using folder = await temporaryFolder()
  const set = await openSetFindings({}, folder.path)
  for (const [index, row] of rows.entries()) await set.add(row, index + 1)
  const findings = await set.decide()
  const reasons: (string | undefined)[] = rows.map(() => undefined)
  for (let bucket = 0; bucket < bucketCount; bucket++)
    for await (const { ordinal, reason } of findings.bucket(bucket)) reasons[ordinal - 1] = reason
  return reasons
}

function sameId(one: SourceRow, other: SourceRow): boolean {
  return one.idScope === other.idScope && one.problem.source_id === other.problem.source_id
}

/** The same by looking at all rows before each row. */
function expected(rows: readonly SourceRow[]): (string | undefined)[] {
  const reused = rows.map((row, index) => {
    const first = rows.slice(0, index).find((other) => sameId(row, other))
    return row.problem.source_id !== '' && first !== undefined && first.problem.id !== row.problem.id
  })
  return rows.map((row, index) => {
    if (reused[index]) return 'duplicate_id'
    const first = rows.find((other, at) => at < index && !reused[at] && other.problem.id === row.problem.id)
    if (first === undefined) return undefined
    return first.problem.answers[0] === row.problem.answers[0] ? 'duplicate_problem' : 'conflicting_answers'
  })
}

const few = fc.integer({ min: 0, max: 4 })
const rowsOf = fc
  .array(
    fc.record({
      prompt: few,
      answer: fc.integer({ min: 0, max: 1 }),
      id: few,
      scope: fc.integer({ min: 0, max: 1 }),
    }),
    { maxLength: 25 },
  )
  .map((plain) => plain.map(rowOf))

test('repeated problems and reused ids are those that looking at every earlier row finds', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOf, async (rows) => {
      expect(await reasonsOf(rows)).toEqual(expected(rows))
    }),
    { numRuns: 60 },
  )
})

test('what stays stays when it is read again, and every id stands for one problem', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOf, async (rows) => {
      const reasons = await reasonsOf(rows)
      const kept = rows.filter((_, index) => reasons[index] === undefined)
      expect(await reasonsOf(kept)).toEqual(kept.map(() => undefined))
      expect(new Set(kept.map(({ problem }) => problem.id)).size).toBe(kept.length)
    }),
    { numRuns: 30 },
  )
})
