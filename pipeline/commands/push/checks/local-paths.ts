import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { RunError } from '../../../../schemas/errors.ts'
import { entriesBelow, readText } from '../../../../store/files/entries.ts'
import { visitParquetTexts } from '../../../../store/parquet/visit-texts.ts'
import type { CheckRun } from './check.ts'

export const check: CheckRun = {
  async run({ folder, context, io }) {
    const paths = localPaths([context.runFolder, io.cwd, homedir()])
    for (const { path } of (await entriesBelow(folder)).filter(({ isFile }) => isFile)) {
      const found = await findIn(join(folder, path), paths)
      // The path is not told: it would be published with whatever quotes this message.
      if (found)
        throw new RunError(
          `${path} names a folder of this machine; take it out of the problems or the recipe, or say \`push.accept: [local_paths]\``,
        )
    }
    return 'no text names the run folder, the working folder or the home folder'
  },
}

/** A folder at the root, such as `/root`, is the same on many machines and says nothing. */
function localPaths(folders: readonly string[]): Buffer[] {
  return [...new Set(folders.map((folder) => resolve(folder)))]
    .filter((folder) => folder.split(/[\\/]/u).filter((part) => part !== '').length > 1)
    .map((folder) => Buffer.from(folder))
}

async function findIn(path: string, paths: readonly Buffer[]): Promise<boolean> {
  const holds = (text: Uint8Array): boolean => {
    const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
    return paths.some((one) => bytes.includes(one))
  }
  if (!path.endsWith('.parquet')) return holds(Buffer.from((await readText(path)) ?? ''))
  let found = false
  await visitParquetTexts(path, {
    visit: (text) => (found ||= holds(text)),
    isDone: () => found,
    onBytes: () => undefined,
  })
  return found
}
