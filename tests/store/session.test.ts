import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkFileSystem } from '../../store/leases/check-file-system.ts'
import { openSlotFiles } from '../../store/leases/slot-files.ts'
import { putIfAbsent } from '../../store/leases/put-if-absent.ts'
import { openSession } from '../../store/session/session.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const alone = { shared: false }
const start = { number: 1, rest: 'test' }

/** Leaves the claim of a worker that never beats: one of another machine, as its process says. */
async function leaveClaim(runFolder: string, process: Record<string, unknown>): Promise<void> {
  await mkdir(join(runFolder, 'leases', 'books'), { recursive: true })
  await mkdir(join(runFolder, 'workers'))
  const claim = { type: 'claim', worker: 'abcd', session: 's', attempt: 'books', ended: true, alone: true }
  await writeFile(join(runFolder, 'leases', 'books', '000001'), JSON.stringify(claim))
  await writeFile(join(runFolder, 'workers', 'abcd.beat'), `000000000001 ${JSON.stringify(process)}\n`)
}

test('a new run in the folder of one that was removed is not taken for it', async () => {
  await using folder = await temporaryFolder()
  const before = await openSession(folder.path, { shared: true })
  const lease = await before.claimShard(0, start)
  if (!lease) throw new Error('nobody else claims it')
  expect(await openSlotFiles(folder.path).read('00000')).toHaveLength(1)
  await before.end()
  await rm(join(folder.path, 'leases'), { recursive: true })
  const again = await openSession(folder.path, { shared: true })
  await mkdir(join(folder.path, 'leases', '00000'), { recursive: true })
  await writeFile(
    join(folder.path, 'leases', '00000', '000001'),
    JSON.stringify({ type: 'claim', worker: again.worker, session: 's', attempt: 'a', ended: true }),
  )
  const [slot] = await openSlotFiles(folder.path).read('00000')
  expect(slot?.slot).toMatchObject({ worker: again.worker })
  await again.end()
})

test('a folder has one process that works alone at a time', async () => {
  await using folder = await temporaryFolder()
  const first = await openSession(folder.path, alone)
  await expect(openSession(folder.path, alone)).rejects.toThrow(
    /is in use by process \d+ on .*choose another folder with --run/,
  )
  await expect(openSession(folder.path, { shared: true })).rejects.toThrow(
    /is worked on by process \d+ on .* alone; .*--shard i\/n/,
  )
  await first.end()
  await (await openSession(folder.path, alone)).end()
})

test('a process that has ended holds nothing, and of many that start at once exactly one gets the folder', async () => {
  await using folder = await temporaryFolder()
  const main = new URL('session/hold.ts', import.meta.url)
  const child = spawn(process.execPath, [main.pathname, folder.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => openSession(folder.path, alone)))
  const got = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  expect(got).toHaveLength(1)
  await got[0]!.end()
})

test('a dead worker of another machine, or of this one under another name, holds nothing after its time', async () => {
  await using folder = await temporaryFolder()
  await leaveClaim(folder.path, { host: 'elsewhere', pid: 1, scope: 'elsewhere', started: '1' })
  const session = await openSession(folder.path, { ...alone, ttlMs: 200 })
  expect(await readdir(join(folder.path, 'workers'))).toContain('abcd.buried')
  await session.end()
})

test('what a lost machine has left is no worker to join, and it may not go on should it come back', async () => {
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'workers'))
  const lost = { host: 'elsewhere', pid: 1, scope: 'elsewhere', started: '1' }
  await writeFile(join(folder.path, 'workers', 'abcd.beat'), `000000000001 ${JSON.stringify(lost)}\n`)
  const session = await openSession(folder.path, { shared: true, ttlMs: 200 })
  expect(session.joined).toBe(false)
  expect(await readdir(join(folder.path, 'workers'))).toContain('abcd.buried')
  await session.end()
})

test('a living worker of another machine is told from a dead one by what it writes', async () => {
  await using folder = await temporaryFolder()
  const process = { host: 'elsewhere', pid: 1, scope: 'elsewhere', started: '1' }
  await leaveClaim(folder.path, process)
  const opened = openSession(folder.path, { ...alone, ttlMs: 5000 })
  let beats = 1
  const beat = await open(join(folder.path, 'workers', 'abcd.beat'), 'r+')
  const timer = setInterval(() => void beat.write(String(++beats).padStart(12, '0'), 0), 100)
  try {
    await expect(opened).rejects.toThrow(/in use by process 1 on elsewhere/)
  } finally {
    clearInterval(timer)
    await beat.close()
  }
})

test('a shard is one worker at a time, and whoever was buried may not go on', async () => {
  await using folder = await temporaryFolder()
  const shared = { shared: true, ttlMs: 60_000 }
  const first = await openSession(folder.path, shared)
  await first.leaveBooks()
  const second = await openSession(folder.path, shared)
  await second.leaveBooks()
  await expect(openSession(folder.path, alone)).rejects.toThrow(/in use by process/)
  const claim = (await first.claimShard(3, start))!
  expect(claim.lease.attempt).toBe('start-000001-test')
  expect(await first.claimShard(3, start)).toBeUndefined()
  expect(await second.claimShard(3, start)).toBeUndefined()
  await claim.release()
  const next = (await second.claimShard(3, start))!
  // Its answers come after those of the first, whatever their starts are called.
  expect(next.lease.attempt).toBe('start-000002-test')
  await second.workers.bury(first.worker)
  await expect(first.requireAlive()).rejects.toThrow(/gave no sign of life for 60 s/)
  await next.release()
  await first.end()
  await second.end()
})

test('what all workers must have alike is set down by the first of them', async () => {
  await using folder = await temporaryFolder()
  const first = await openSession(folder.path, { shared: true })
  await first.agree({ recipe: 'a', probes: 'b' })
  await first.leaveBooks()
  const second = await openSession(folder.path, { shared: true })
  expect([first.joined, second.joined]).toEqual([false, true])
  await second.agree({ recipe: 'a', probes: 'b' })
  await expect(second.agree({ recipe: 'a', probes: 'c', tokenizers: 'd' })).rejects.toThrow(
    /began with other probes, tokenizers than/,
  )
  await first.end()
  await second.end()
  // Those who come after all have ended begin anew.
  const third = await openSession(folder.path, { shared: true })
  await third.agree({ recipe: 'c' })
  await third.end()
})

test('a name is given once, and its file is there whole', async () => {
  await using folder = await temporaryFolder()
  await checkFileSystem(folder.path, true)
  const path = join(folder.path, 'slot')
  const given = await Promise.all(Array.from({ length: 16 }, (_, index) => putIfAbsent(path, String(index))))
  expect(given.filter(Boolean)).toHaveLength(1)
  expect(await readFile(path, 'utf8')).toBe(String(given.indexOf(true)))
  expect(await readdir(folder.path)).toEqual(['slot'])
})

test('a process whose disk does not say whether it was taken for dead does not count as alive', async () => {
  await using folder = await temporaryFolder()
  const session = await openSession(folder.path, { shared: true })
  await session.requireAlive()
  const grave = join(folder.path, 'workers', `${session.worker}.buried`)
  await symlink(grave, grave)
  await expect(session.requireAlive()).rejects.toThrow(/ELOOP/u)
  await unlink(grave)
  await session.requireAlive()
  await session.end()
})
