import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Addition } from './additions.ts'

/** Copies the project, without what is not in git, and adds to the copy. Packages are those of the original. */
export async function patchedCopy(root: string, to: string, additions: readonly Addition[]): Promise<void> {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const paths = listed.split('\n').filter((path) => path !== '' && !/^(?:tests|bench)\//.test(path))
  for (const path of new Set(paths)) {
    await mkdir(dirname(join(to, path)), { recursive: true })
    await cp(join(root, path), join(to, path)).catch((error: NodeJS.ErrnoException) => {
      // Still in git's index, gone from the work tree.
      if (error.code !== 'ENOENT') throw error
    })
  }
  await symlink(join(root, 'node_modules'), join(to, 'node_modules'))
  for (const addition of additions) await add(to, addition)
}

/** Writes the new file, and the line in the registry with its import. */
async function add(copy: string, addition: Addition): Promise<void> {
  const { file, text, registry, imports, after, line, alsoIn } = addition
  await mkdir(dirname(join(copy, file)), { recursive: true })
  await writeFile(join(copy, file), text, { flag: 'wx' })
  await insert(copy, registry, after, line, imports)
  if (alsoIn) await insert(copy, alsoIn.registry, alsoIn.after, alsoIn.line, alsoIn.imports)
}

async function insert(
  copy: string,
  registry: string,
  after: string,
  line: string,
  imports: string,
): Promise<void> {
  const path = join(copy, registry)
  const before = await readFile(path, 'utf8')
  if (before.split(after).length !== 2)
    throw new Error(`${registry} must hold this once, and does not: ${after}`)
  const withLine = before.replace(after, () => `${after}\n${line}`)
  await writeFile(path, imports === '' ? withLine : `${imports}\n${withLine}`)
}

/** The change as a person would see it: the new file's length and every line that is added elsewhere. */
export function describeAddition({ kind, file, text, registry, imports, line, alsoIn }: Addition): string {
  const lines = [imports, line].filter((each) => each !== '').map((each) => `  ${registry}: + ${each.trim()}`)
  if (alsoIn) lines.push(`  ${alsoIn.registry}: + ${alsoIn.line.trim()}`)
  return [`${kind}: ${file} (${text.split('\n').length - 1} lines)`, ...lines].join('\n')
}
