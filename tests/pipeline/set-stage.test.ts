import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { currentParts } from '../../pipeline/stages/current-parts.ts'
import { inputKinds } from '../../pipeline/stages/input-kinds.ts'
import { pairStage } from '../../pipeline/stages/pair/pair.ts'
import { loadStages } from '../../pipeline/stages/registry.ts'
import { problemsStage } from '../../pipeline/stages/problems/problems.ts'
import type { SetStage } from '../../pipeline/stages/stage.ts'
import { readPart } from '../../store/parts/part.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { firstWordsStage } from './set-stage/first-words.ts'
import { contextOf, makeShard, planOf } from './set-stage/made-run.ts'

const shards = 3
const allSteps = ['merge', 'part 0', 'part 1', 'part 2', 'summary 0', 'summary 1', 'summary 2']
let folder: string

beforeEach(async ({ onTestFinished }) => {
  const temporary = await temporaryFolder()
  onTestFinished(() => temporary[Symbol.asyncDispose]())
  folder = temporary.path
  await makeShard(folder, 0, ['add two numbers', 'name a colour'])
  await makeShard(folder, 1, ['add three numbers', 'draw a line'])
  await makeShard(folder, 2, ['draw a circle', 'name a town'])
})

test('decides by all shards, and a second start does nothing', async () => {
  expect(await run()).toMatchObject({ code: 0, steps: allSteps })
  expect(await kept()).toEqual([2, 1, 0])
  expect(await current()).toEqual([true, true, true])
  expect(await run()).toMatchObject({ code: 0, steps: [] })
})

test.each([
  { dieAt: 'summary 1', atMost: ['summary 0', 'summary 2'] },
  { dieAt: 'merge', atMost: ['summary 0', 'summary 1', 'summary 2'] },
  { dieAt: 'part 1', atMost: ['merge', 'part 0', 'part 2', 'summary 0', 'summary 1', 'summary 2'] },
])(
  'killed at $dieAt, the next start does what is missing and comes to the same',
  async ({ dieAt, atMost }) => {
    await writeFile(join(folder, 'die-at'), dieAt)
    const killed = await run()
    expect(killed.signal).toBe('SIGKILL')
    expect(atMost).toEqual(expect.arrayContaining(killed.steps))
    expect((await current()).every(Boolean)).toBe(false)
    await rm(join(folder, 'die-at'))
    const { code, steps } = await run()
    expect(code).toBe(0)
    expect(steps).toContain(dieAt)
    // What was finished before the kill is on disk; what was under way may be done again.
    expect(steps.includes('merge')).toBe(!atMost.includes('merge'))
    expect(await kept()).toEqual([2, 1, 0])
    expect(await current()).toEqual([true, true, true])
  },
)

test('a changed shard alone is summarised again, and every part is decided again', async () => {
  await run()
  await makeShard(folder, 0, ['subtract two numbers', 'name a colour'])
  expect(await current()).toEqual([false, false, false])
  expect(await run()).toMatchObject({
    code: 0,
    steps: ['merge', 'part 0', 'part 1', 'part 2', 'summary 0'],
  })
  expect(await kept()).toEqual([2, 2, 0])
})

test('a damaged summary or merged result is made again', async () => {
  await run()
  await truncate(join(folder, 'sets', 'first-words', 'summary-00001.bin'), 50)
  await truncate(join(folder, 'sets', 'first-words', 'merged.bin'), 20)
  await rm(join(folder, 'pairs', 'part-00002.parquet'))
  expect(await run()).toMatchObject({ code: 0, steps: ['merge', 'part 2', 'summary 1'] })
  expect(await kept()).toEqual([2, 1, 0])
})

test('a stage that is missing an input says which command makes it', async () => {
  await rm(join(folder, 'problems', 'part-00001.parquet'))
  const { code, stderr } = await run()
  expect(code).not.toBe(0)
  expect(stderr).toContain(
    '`first-words` needs the problems of shard 1, which are not there yet; run `npm run problems',
  )
})

test('what replaces a kind is read in its place while it is active, and what it replaces while it is not', async () => {
  const stages = await loadStages()
  const balance: SetStage = {
    ...firstWordsStage,
    name: 'balance',
    reads: ['decisions'],
    writes: 'pairs',
    replaces: 'decisions',
    active: ({ recipe }) => recipe.seed === 1,
  }
  const at = stages.indexOf(pairStage)
  const all = [...stages.slice(0, at), balance, ...stages.slice(at)]
  const context = contextOf(folder)
  const seeded = { ...context, recipe: { ...context.recipe, seed: 1 } }
  expect(inputKinds(all, pairStage, seeded)).toMatchObject({ verdicts: 'verdicts', decisions: 'pairs' })
  expect(inputKinds(all, pairStage, { ...context, recipe: { ...context.recipe, seed: 2 } })).toMatchObject({
    verdicts: 'verdicts',
    decisions: 'decisions',
  })
  expect(inputKinds(all, balance, seeded)).toEqual({ decisions: 'decisions' })
})

/** Runs the stage in a process of its own; `steps` are those that this start took. */
async function run() {
  await rm(join(folder, 'steps'), { force: true })
  const main = fileURLToPath(new URL('set-stage/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, folder, String(shards)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  const steps = await readFile(join(folder, 'steps'), 'utf8').catch(() => '')
  return { code, signal, stderr, steps: steps.split('\n').filter(Boolean).toSorted() }
}

/** How many problems of each shard stayed. */
async function kept(): Promise<number[]> {
  const counts: number[] = []
  for (let shard = 0; shard < shards; shard++) {
    let count = 0
    for await (const { lost } of readPart(folder, 'pairs', shard)) if (lost === '') count += 1
    counts.push(count)
  }
  return counts
}

/** Whether the part of each shard is what the stage would make now. */
async function current(): Promise<boolean[]> {
  const found: boolean[] = []
  const parts = currentParts([problemsStage, firstWordsStage], contextOf(folder), planOf(shards))
  for await (const { pairs } of parts) found.push(pairs !== undefined)
  return found
}
