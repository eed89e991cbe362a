import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockRunFolder } from '../../store/run/lock.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('a folder has one holder at a time', async () => {
  await using folder = await temporaryFolder()
  const unlock = await lockRunFolder(folder.path)
  await expect(lockRunFolder(folder.path)).rejects.toThrow(
    /is in use by process \d+ on .*choose another folder with --run/,
  )
  await unlock()
  await (
    await lockRunFolder(folder.path)
  )()
})

test('of many that start at once exactly one gets a stale lock', async () => {
  await using folder = await temporaryFolder()
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  await writeFile(
    join(folder.path, 'run.lock'),
    JSON.stringify({ pid: child.pid, host: hostname(), started: '1' }),
  )
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockRunFolder(folder.path)))
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
})

test('a lock of another machine is never taken over, and the message says what to do', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'run.lock')
  await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' }))
  await expect(lockRunFolder(folder.path)).rejects.toThrow(
    /process 1 on elsewhere.*if that machine is gone, delete/,
  )
  expect(await readFile(path, 'utf8')).toContain('elsewhere')
})

test('a process number that was given to another process since does not hold the lock', async () => {
  await using folder = await temporaryFolder()
  await writeFile(
    join(folder.path, 'run.lock'),
    JSON.stringify({ pid: process.pid, host: hostname(), started: 'long ago' }),
  )
  const unlock = await lockRunFolder(folder.path)
  expect(await readFile(join(folder.path, 'run.lock'), 'utf8')).not.toContain('long ago')
  await unlock()
})
