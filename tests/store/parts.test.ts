import { readdir, rm } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { RunError } from '../../schemas/errors.ts'
import { parts, type PartKind } from '../../schemas/parts.ts'
import { writeParquet } from '../../store/parquet/write.ts'
import { joinParts } from '../../store/parts/join.ts'
import { partState, readPart } from '../../store/parts/part.ts'
import { partPath } from '../../store/run/paths.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { madeKinds, madeRows, writeMadeParts, type MadeRows } from './made-parts.ts'

const everything = {
  problems: 'all',
  traces: 'all',
  verdicts: 'all',
  decisions: 'all',
  pairs: 'all',
} as const

function joinAll(runFolder: string): Promise<unknown[]> {
  return Array.fromAsync(joinParts(runFolder, 0, everything))
}

describe('joining the parts of a shard', () => {
  test('gives every problem with its pair and its samples, whatever is asked for', async () => {
    const kinds = fc.record({
      traces: fc.boolean(),
      verdicts: fc.boolean(),
      decisions: fc.boolean(),
      pairs: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 5 }), { maxLength: 8 }), kinds, async (samples, wanted) => {
        await using folder = await temporaryFolder()
        const rows = madeRows(samples)
        await writeMadeParts(folder.path, rows)
        const joined = await Array.fromAsync(
          joinParts(folder.path, 0, {
            problems: ['prompt'],
            traces: wanted.traces ? ['answer', 'sample_index'] : undefined,
            verdicts: wanted.verdicts ? 'all' : undefined,
            decisions: wanted.decisions ? ['measures'] : undefined,
            pairs: wanted.pairs ? ['lost'] : undefined,
          }),
        )
        const hasSamples = wanted.traces || wanted.verdicts || wanted.decisions
        expect(joined.map(({ samples }) => samples.length)).toEqual(
          hasSamples ? samples : samples.map(() => 0),
        )
        expect(joined.map(({ problem }) => problem.prompt)).toEqual(rows.problems.map(({ prompt }) => prompt))
        if (wanted.pairs)
          expect(joined.map(({ pair }) => pair?.lost)).toEqual(rows.pairs.map(({ lost }) => lost))
        const all = joined.flatMap((each) => each.samples)
        const keys = rows.traces.map(({ key }) => key)
        if (wanted.traces) expect(all.map(({ trace }) => trace?.key)).toEqual(keys)
        if (wanted.verdicts) expect(all.map(({ verdict }) => verdict)).toEqual(rows.verdicts)
        if (wanted.decisions) expect(all.map(({ decision }) => decision?.key)).toEqual(keys)
      }),
      { numRuns: 40 },
    )
  })

  const faults: [string, PartKind, (rows: MadeRows) => void, RegExp][] = [
    [
      'verdicts in another order',
      'verdicts',
      (rows) => rows.verdicts.reverse(),
      /it has the verdict of 2\.1 where the one of 0\.0 is due/,
    ],
    [
      'a decision too few',
      'decisions',
      (rows) => rows.decisions.pop(),
      /it has no row where the one of 2\.1 is due/,
    ],
    [
      'a verdict too many',
      'verdicts',
      (rows) => rows.verdicts.push({ ...rows.verdicts[0]!, key: 'other' }),
      /it has the verdict of other where its end is due/,
    ],
    [
      'a trace of another shard',
      'traces',
      (rows) => (rows.traces[2] = { ...rows.traces[2]!, problem_id: 'elsewhere' }),
      /it has the trace of 2\.0 where its end is due/,
    ],
    ['a pair of another problem', 'pairs', (rows) => rows.pairs.shift(), /it has the pair of [0-9a-f]{32}/],
  ]
  test.each(faults)('says which part does not belong to the others: %s', async (_what, kind, spoil, said) => {
    await using folder = await temporaryFolder()
    const rows = madeRows([2, 0, 2])
    spoil(rows)
    await writeMadeParts(folder.path, rows)
    const error: unknown = await joinAll(folder.path).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RunError)
    const { message } = error as RunError
    expect(message).toContain(`${partPath(folder.path, kind, 0)} does not belong to the other parts`)
    expect(message).toMatch(said)
    expect(message).not.toContain('\n')
  })

  test.each(madeKinds)('says that a part is missing: %s', async (kind) => {
    await using folder = await temporaryFolder()
    await writeMadeParts(folder.path, madeRows([1]))
    await rm(partPath(folder.path, kind, 0))
    await expect(joinAll(folder.path)).rejects.toThrow(partPath(folder.path, kind, 0))
  })

  test.skipIf(process.platform !== 'linux')('closes all files when the reader stops early', async () => {
    await using folder = await temporaryFolder()
    await writeMadeParts(folder.path, madeRows([1, 1]))
    const before = (await readdir('/proc/self/fd')).length
    for (let time = 0; time < 20; time++)
      for await (const _first of joinParts(folder.path, 0, everything)) break
    expect((await readdir('/proc/self/fd')).length).toBeLessThan(before + 20)
  })
})

describe('a part', () => {
  test('has the columns that its kind declares, or is not read', async () => {
    await using folder = await temporaryFolder()
    const path = partPath(folder.path, 'pairs', 0)
    await writeMadeParts(folder.path, { pairs: madeRows([1]).pairs })
    await rm(path)
    const rows = [{ pair_id: 'p', lost: 1, members: ['m'] }]
    const schema = z.strictObject({ pair_id: z.string(), lost: z.int(), members: z.array(z.string()) })
    await writeParquet({ path, schema, rows })
    expect(await Array.fromAsync(readPart(folder.path, 'pairs', 0, ['pair_id']))).toEqual([{ pair_id: 'p' }])
    await expect(Array.fromAsync(readPart(folder.path, 'pairs', 0, ['lost']))).rejects.toThrow(
      'its column lost is required int32 where required string is due',
    )
    await expect(Array.fromAsync(readPart(folder.path, 'pairs', 0))).rejects.toThrow('is of another version')
  })

  test('says what its kind counts, and one that says something else is made again', async () => {
    await using folder = await temporaryFolder()
    await writeMadeParts(folder.path, madeRows([1, 2]))
    expect(await partState(folder.path, 'pairs', 0)).toMatchObject({
      kind: 'pairs',
      fingerprint: 'f',
      rows: 2,
      counts: { arms: {}, problems: { lost: {}, paired: 2 } },
    })
    const path = partPath(folder.path, 'pairs', 0)
    for (const counts of ['{"arms":{}}', '{"arms":{},"problems":{"lost":{},"paired":-1}}', 'no JSON']) {
      const metadata = { 'twinstill.fingerprint': 'f', 'twinstill.counts': counts }
      await writeParquet({ path, schema: parts.pairs.row, rows: [], metadata, replace: true })
      expect(await partState(folder.path, 'pairs', 0)).toBeUndefined()
    }
  })

  // What the first version with reading rules wrote of one run: a run folder of then must not be made again.
  const earlier: { [Kind in PartKind]?: string } = {
    problems: '{"problems":102}',
    traces:
      '{"retryable":0,"arms":{"ift":{"planned":204,"unanswered":{"timeout":1},"unparsed":{"empty":2},"parsed":202,"requests":204,"retries":0,"unsettled":0,"bill":{"prompt":12676,"cached":0,"completion":22322,"charged":{"prompt":0,"cached":0,"completion":0,"nano_usd":0},"batch":{"prompt":0,"cached":0,"completion":0}},"tokens":{"repeated":{"prompt":0,"cached":0,"completion":0},"unanswered":{},"unparsed":{"empty":{"prompt":132,"cached":0,"completion":0}},"parsed":{"prompt":12544,"cached":0,"completion":22322}},"estimated_tokens":0,"truncation":{"cut":11,"recovered":0,"still_cut":11,"further_requests":0,"tokens_first":360448,"tokens_further":0},"adaptive":{"enough":3}}}}',
    verdicts:
      '{"arms":{"ift":{"incorrect":24,"correct":178,"no_answer":2}},"golds":{"suspect":0,"repaired":0,"majority":0},"traces":"2d8a"}',
    decisions:
      '{"arms":{"ift":{"in":202,"unverified":{},"dropped":{"incorrect":24},"kept":174,"tokens":{"unverified":{},"dropped":{"incorrect":{"prompt":1544,"cached":0,"completion":2095}},"kept":{"prompt":10737,"cached":0,"completion":19764}}}}}',
    pairs:
      '{"arms":{"ift":{"in":174,"lost":{"not_selected":74},"paired":95,"tokens":{"lost":{"not_selected":{"prompt":4500,"cached":0,"completion":9039}},"paired":{"prompt":5935,"cached":0,"completion":10199}}}},"problems":{"lost":{"missing_ift":3},"paired":95}}',
  }
  test.each(Object.entries(earlier))('of an earlier version is read: %s', async (kind, counts) => {
    await using folder = await temporaryFolder()
    await writeMadeParts(folder.path, madeRows([1]))
    const path = partPath(folder.path, kind as PartKind, 0)
    const metadata = { 'twinstill.fingerprint': 'f', 'twinstill.counts': counts }
    const schema = z.strictObject({ id: z.string() })
    await writeParquet({ path, schema, rows: [{ id: 'x' }], metadata, replace: true })
    expect((await partState(folder.path, kind as PartKind, 0))?.counts).toEqual(JSON.parse(counts))
  })
})
