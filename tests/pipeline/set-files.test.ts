import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readStored, writeStored } from '../../pipeline/stages/set-files.ts'
import { sha256 } from '../../schemas/canonical.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('what was stored is read again by its fingerprint, and made again where a later Node wrote it', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'stored.bin')
  const value = new Map([['a', Float64Array.of(0.5)]])
  await writeStored(path, 'now', value)
  expect(await readStored(path, 'now')).toEqual({ value })
  expect(await readStored(path, 'then')).toBeUndefined()
  const data = (await readFile(path)).subarray(32)
  // The second byte is the version of the format.
  data[1] = 200
  await writeFile(path, Buffer.concat([Buffer.from(sha256(data), 'hex'), data]))
  expect(await readStored(path, 'now')).toBeUndefined()
})
