import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSlotFiles } from '../../../store/leases/slot-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test('what several calls read at a time is read once, so that the next slot is seen', async () => {
  await using folder = await temporaryFolder()
  const store = openSlotFiles(join(folder.path, 'run'))
  const put = (number: number): Promise<boolean> =>
    store.put('00000', number, { type: 'release', worker: `w${number}` })
  const numbers = async (): Promise<number[]> => (await store.read('00000')).map(({ number }) => number)
  await put(1)
  expect(await numbers()).toEqual([1])
  await put(2)
  expect(await Promise.all([numbers(), numbers()])).toEqual([
    [1, 2],
    [1, 2],
  ])
  await put(3)
  expect(await numbers()).toEqual([1, 2, 3])
})
