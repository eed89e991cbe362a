import { relative } from 'node:path'
import { StoppedError } from '../../schemas/errors.ts'
import { replaceFolder } from '../files/atomic.ts'
import { codeOf } from '../files/disk-error.ts'
import { putUnder, type LeaseRef } from './claim-log.ts'
import { openSlotFiles } from './slot-files.ts'

/**
 * Decides that a finished file is to get its name. Only then may it be renamed: a worker that takes the shard over makes
 * the next slot too, and the slower one of the two finds that it exists.
 *
 * @throws StoppedError when another worker has the shard by now
 */
export async function commitFile(
  runFolder: string,
  lease: LeaseRef,
  {
    temporary,
    path,
    fingerprint,
    digest,
  }: { temporary: string; path: string; fingerprint: string; digest: string },
): Promise<void> {
  const { worker, session } = lease
  const [from, to] = [relative(runFolder, temporary), relative(runFolder, path)]
  const slot = { type: 'commit', worker, session, from, to, fingerprint, digest } as const
  if ((await putUnder(openSlotFiles(runFolder), lease, slot)) === 'done') return
  throw new StoppedError(
    `${path} is not published: another worker has taken over what it is made of, because this one gave no sign of life; start this one again to join it`,
  )
}

/**
 * Decides that a finished folder is to get its name, and puts it in the place of an older one. Whoever took over meanwhile may
 * have done the latter.
 *
 * @throws StoppedError when another worker has the books of the run by now
 */
export async function commitFolder(
  runFolder: string,
  lease: LeaseRef,
  { temporary, path, fingerprint }: { temporary: string; path: string; fingerprint: string },
): Promise<void> {
  await commitFile(runFolder, lease, { temporary, path, fingerprint, digest: '' })
  try {
    await replaceFolder(temporary, path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
