import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readBeat } from '../../store/leases/beat-file.ts'
import { processState } from '../../store/leases/process-identity.ts'
import { countingRelay, type CountingRelay } from '../support/counting-relay.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const places = 5
const environment = { TWINSTILL_LEASE_SECONDS: '3' }

test('workers that come, go and are killed never have more than max_in_flight at either of two servers, and use all of it; a local server is each one’s own', async () => {
  await using folder = await temporaryFolder()
  await using teacher = await simulatedTeacher(
    { first_token_ms: 400, token_ms: 0.02 },
    join(folder.path, 'teacher.jsonl'),
  )
  await using first = await countingRelay(teacher.baseUrl)
  await using second = await countingRelay(teacher.baseUrl)
  const relays = [first, second]
  const recipeWith = (count: number, options: object): Promise<string> =>
    writeRecipe(
      folder.path,
      smallRecipe('', {
        problems: { builtin: { count, seed: 1 }, per_shard: 8 },
        endpoints: {
          teacher: {
            base_url: relays.map(({ baseUrl }) => baseUrl),
            dialect: 'vllm',
            max_in_flight: places,
            ...options,
          },
        },
        generate: { shards_open: 2 },
      }),
      `recipe-${count}.yaml`,
    )
  const shared = await recipeWith(96, {})
  const start = (recipe: string, run: string, index: number): ReturnType<typeof startCli> =>
    startCli(['distill', recipe, '--run', join(folder.path, run), '--shard', `${index}/3`], {
      cwd: folder.path,
      environment,
    })

  const one = start(shared, 'shared', 0)
  await reached(() => areFull(relays))
  const [two, three] = [start(shared, 'shared', 1), start(shared, 'shared', 2)]
  await reached(async () => (await dealtAmong(join(folder.path, 'shared'))) === 3)
  await reached(() => areFull(relays))
  const together = relays.map((relay) => relay.most())
  two.child.kill('SIGKILL')
  await two.ended
  await reached(async () => (await dealtAmong(join(folder.path, 'shared'))) === 2)
  await reached(() => areFull(relays))
  const ended = [await one.ended, await three.ended]
  const after = relays.map((relay) => relay.most())
  for (const { code, stderr } of ended) expect({ code, last: stderr.slice(-600) }).toMatchObject({ code: 0 })
  expect(together).toEqual([places, places])
  expect(after).toEqual([places, places])

  const local = await recipeWith(32, { local: true })
  const own = [start(local, 'local', 0), start(local, 'local', 1)]
  await reached(() => relays.every((relay) => relay.inFlight() > places))
  for (const { ended: end } of own) expect((await end).code).toBe(0)
  const locally = relays.map((relay) => relay.most())
  for (const most of locally) expect(most).toBeGreaterThan(places)
  console.log(
    `at most ${together.join(' and ')} of ${places} places with three workers, ${after.join(' and ')} after a kill; ${locally.join(' and ')} where each has its own`,
  )
})

function areFull(relays: readonly CountingRelay[]): boolean {
  return relays.every((relay) => relay.inFlight() === places)
}

/** How many workers have published that they deal out places among the same ones; none while they differ. */
async function dealtAmong(run: string): Promise<number> {
  const folder = join(run, 'workers')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.beat'))
  const beats = await Promise.all(
    names.map(async (name) => readBeat(await readFile(join(folder, name), 'utf8'))),
  )
  const there = beats.filter(({ process }) => process && processState(process) === 'there')
  return new Set(there.map(({ note }) => note.slice(8))).size === 1 ? there.length : 0
}

async function reached(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + 60_000
  while (!(await isSo()) && performance.now() < giveUp) await sleep(5)
  expect(performance.now()).toBeLessThan(giveUp)
}
