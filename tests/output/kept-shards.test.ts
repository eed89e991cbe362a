import { cp, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeShards, type WrittenShards } from '../../output/dataset/dataset.ts'
import type { Export, ProblemGroup } from '../../output/exports/export.ts'
import { chooseExports } from '../../output/exports/registry.ts'
import { hashOf } from '../../schemas/canonical.ts'
import { madePair, studyArms } from './made-pairs.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Problems of a run, in pieces; of each how long its reasoning is, and whether it has a pair. */
type Run = { length: number; isPaired: boolean }[][]

/** Matched configurations, two with cuts of their own, and one that arranges its rows. */
const exports = chooseExports(studyArms, ['pairs', 'reasoning', 'rl', 'grouped', 'curriculum'])
const shardBytes = 12_000

function groupsOf(run: Run): ProblemGroup[][] {
  let index = 0
  return run.map((piece) =>
    piece.map(({ length, isPaired }) => {
      const group = madePair(index++, studyArms, { reasoning: 'r'.repeat(length) })
      const lost = length % 5 === 0 ? 'rejected_by_review' : 'no_arm_is_correct'
      return isPaired ? group : { ...group, pair: { ...group.pair, lost } }
    }),
  )
}

async function write(
  run: Run,
  earlier?: { folder: string; written: WrittenShards },
  chosen: readonly Export[] = exports,
): Promise<{ folder: string; written: WrittenShards; read: Set<number> }> {
  const folder = await temporaryFolder()
  const groups = groupsOf(run)
  const read = new Set<number>()
  const written = await writeShards({
    folder,
    arms: studyArms,
    exports: chosen,
    groups: {
      digests: run.map((piece) => hashOf(piece)),
      async *groups(piece) {
        read.add(piece)
        yield* groups[piece]!
      },
    },
    shardBytes,
    earlier: {
      folder: earlier?.folder ?? folder,
      stretches: earlier?.written.stretches ?? [],
      fingerprint: ({ name }) => name,
    },
  })
  return { folder, written, read }
}

/** Inodes of the shards of a folder. */
async function filesOf(folder: string): Promise<Map<string, number>> {
  const paths = (await readdir(join(folder, 'data'), { recursive: true })).filter((name) =>
    name.endsWith('.parquet'),
  )
  return new Map(
    await Promise.all(
      paths.map(async (path) => [`data/${path}`, (await stat(join(folder, 'data', path))).ino] as const),
    ),
  )
}

const problem = fc.record({ length: fc.integer({ min: 0, max: 3000 }), isPaired: fc.boolean() })
const runs = fc.array(fc.array(problem, { maxLength: 8 }), { minLength: 1, maxLength: 6 })

test('a dataset is the same whether it takes shards over or not', async () => {
  const change = fc.record({ piece: fc.nat(5), problems: fc.array(problem, { maxLength: 8 }) })
  await fc.assert(
    fc.asyncProperty(runs, fc.array(change, { maxLength: 2 }), async (run, changes) => {
      const before = await write(run)
      const changed = [...run]
      // Problems keep their number, so that only the changed pieces differ.
      for (const { piece, problems } of changes) {
        const at = piece % run.length
        changed[at] = run[at]!.map((each, index) => problems[index] ?? each)
      }
      const after = await write(changed, before)
      const fresh = await write(changed)
      expect(after.written.files).toEqual(fresh.written.files)
      expect(after.written.exports).toEqual(fresh.written.exports)
      expect(after.written.stretches).toEqual(fresh.written.stretches)
      expect([...(await filesOf(after.folder)).keys()].sort()).toEqual(
        after.written.files.map(({ path }) => path).sort(),
      )
    }),
    { numRuns: 15 },
  )
}, 180_000)

/** Enough for many shards of every configuration but `rl`, whose rows hold no answers. */
const large: Run = Array.from({ length: 12 }, () =>
  Array.from({ length: 8 }, (_, index) => ({ length: 100 * index, isPaired: true })),
)

test('only shards that hold a changed problem are written again, and no more is read for them', async () => {
  const matched = exports.filter((one) => one.matched || one.name === 'grouped')
  const before = await write(large, undefined, matched)
  const changed = large.with(5, large[5]!.with(3, { length: 301, isPaired: true }))
  const after = await write(changed, before, matched)
  const [old, now] = [await filesOf(before.folder), await filesOf(after.folder)]
  const same = [...now.keys()].filter((path) => [...old.values()].includes(now.get(path)!))
  expect([...after.written.kept].sort()).toEqual(same.sort())
  expect(now.size - same.length).toBeLessThanOrEqual(2 * matched.length)
  expect(same.length).toBeGreaterThan(now.size / 2)
  expect(after.read.has(5)).toBe(true)
  expect(after.read.size).toBeLessThan(6)
})

test('with nothing changed no problem is read, also where a configuration arranges its rows', async () => {
  const before = await write(large)
  const after = await write(large, before)
  expect(after.read.size).toBe(0)
  expect(after.written.kept.size).toBe(after.written.files.length)
  expect(after.written.files).toEqual(before.written.files)
})

test('a shard that was harmed, or is gone, is written again', async () => {
  const before = await write(large)
  const { path, bytes } = before.written.files[1]!
  const harmed = await temporaryFolder()
  await cp(before.folder, harmed, { recursive: true })
  await writeFile(join(harmed, path), Buffer.alloc(bytes))
  const after = await write(large, { ...before, folder: harmed })
  expect(after.written.files).toEqual(before.written.files)
  expect(after.written.kept.has(path)).toBe(false)
  expect(after.written.kept.size).toBeGreaterThan(0)
  const gone = await write(large, { ...before, folder: await temporaryFolder() })
  expect(gone.written.files).toEqual(before.written.files)
  expect(gone.written.kept.size).toBe(0)
})

test('a configuration that is made in another way is written again, the others are not', async () => {
  const before = await write(large)
  const after = await write(
    large,
    before,
    exports.filter(({ name }) => name !== 'rl'),
  )
  expect(after.written.kept.size).toBe(after.written.files.length)
  const fewer = exports.filter(({ name }) => name !== 'reasoning')
  const others = await write(large, before, fewer)
  const kept = new Set([...others.written.kept].map((path) => path.split('/')[1]))
  expect(kept).toEqual(new Set(['curriculum', 'grouped', 'rl']))
})
