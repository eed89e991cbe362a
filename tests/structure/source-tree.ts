import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { parseSync } from 'oxc-parser'

/** The top-level folders whose structure is held to the floor plan, in the order in which they may import each other. */
export const rooms = [
  'schemas',
  'store',
  'hub',
  'problems',
  'teachers',
  'verifiers',
  'filters',
  'output',
  'review',
  'report',
  'pipeline',
  'simulators',
] as const

export type SourceFile = {
  /** From the root of the project, with forward slashes. */
  path: string
  text: string
  lines: number
  /** Files of the project that it imports, types included, and those that it names with `new URL`. */
  imports: string[]
  /** Packages and `node:` modules that it imports. */
  packages: string[]
}

/** Every source file of the product, or of other folders, as it is in the work tree. */
export function readSourceTree(root: string, folders: readonly string[] = rooms): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...folders], {
    cwd: root,
    encoding: 'utf8',
  })
  const paths = listed.split('\n').filter((path) => path.endsWith('.ts'))
  return [...new Set(paths)].sort().flatMap((path) => {
    let text: string
    try {
      text = readFileSync(join(root, path), 'utf8')
    } catch {
      // Still in git's index, gone from the work tree.
      return []
    }
    return [{ path, text, lines: text.split('\n').length - 1, ...importsOf(path, text) }]
  })
}

function importsOf(path: string, text: string): Pick<SourceFile, 'imports' | 'packages'> {
  const { module } = parseSync(path, text)
  const specifiers = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap((each) =>
      each.entries.flatMap((entry) => (entry.moduleRequest ? [entry.moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.map((each) =>
      literal(text.slice(each.moduleRequest.start, each.moduleRequest.end)),
    ),
  ]
  const unique = [...new Set(specifiers)]
  return {
    imports: unique
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => normalize(join(dirname(path), specifier))),
    packages: unique.filter((specifier) => specifier !== '' && !specifier.startsWith('.')),
  }
}

/** A dynamic import of a literal; anything else names no file. */
function literal(source: string): string {
  return /^(['"`])([^'"`$]+)\1$/.exec(source)?.[2] ?? ''
}
