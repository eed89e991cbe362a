import { glob, stat } from 'node:fs/promises'
import { basename, isAbsolute, relative, resolve, sep } from 'node:path'
import { UsageError } from '../../schemas/errors.ts'
import type { ProblemFormat } from '../problems-section.ts'

export type InputFile = {
  /** Absolute path, or `-` for standard input. */
  path: string
  /** For messages: relative to the working folder, or the bare name for a file outside it; never a machine's path. */
  label: string
  /** Name without folders and extensions. */
  name: string
  format: Exclude<ProblemFormat, 'auto'>
  compression: 'none' | 'gzip' | 'zstd'
}

/**
 * The files that paths and patterns stand for: patterns in the order given, the matches of one pattern in the order of
 * their names, every file once. Nothing is opened. Throws a UsageError for a pattern or path without a file.
 */
export async function resolveFiles(
  patterns: readonly string[],
  format: ProblemFormat,
  cwd: string,
): Promise<InputFile[]> {
  const paths = new Set<string>()
  for (const pattern of patterns) {
    for (const path of pattern === '-' ? ['-'] : await matches(pattern, cwd)) paths.add(path)
  }
  return [...paths].map((path) => describe(path, format, cwd))
}

async function matches(pattern: string, cwd: string): Promise<string[]> {
  const literal = resolve(cwd, pattern)
  if (await isFile(literal)) return [literal]
  if (!/[*?[{]/.test(pattern)) {
    throw new UsageError(`problems.files: no file "${pattern}" (looked in ${cwd}); correct the path`)
  }
  const found: string[] = []
  for await (const match of glob(pattern, { cwd })) {
    const path = resolve(cwd, match)
    if (await isFile(path)) found.push(path)
  }
  if (found.length === 0) {
    throw new UsageError(
      `problems.files: no file matches "${pattern}" (looked in ${cwd}); correct the pattern`,
    )
  }
  return found.sort()
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new UsageError(`problems.files: cannot look at "${path}" (${error.code ?? error.message})`, {
      cause: error,
    })
  })
  return found !== undefined && !found.isDirectory()
}

function describe(path: string, format: ProblemFormat, cwd: string): InputFile {
  if (path === '-') {
    if (format === 'parquet') {
      throw new UsageError('problems.files: Parquet cannot be read from standard input; name a file')
    }
    const text = format === 'auto' ? 'jsonl' : format
    return { path, label: 'stdin', name: 'stdin', format: text, compression: 'none' }
  }
  const inside = relative(cwd, path)
  const label = inside.startsWith('..') || isAbsolute(inside) ? basename(path) : inside.split(sep).join('/')
  const { stem, extension, compression } = nameParts(path)
  return { path, label, name: stem, format: formatOf(format, extension, label), compression }
}

/** What a file's name says of its format; `undefined` when that is none of those that are read. */
export function knownFormat(path: string): Pick<InputFile, 'format' | 'compression'> | undefined {
  const { extension, compression } = nameParts(path)
  const format = formats[extension]
  return format === undefined ? undefined : { format, compression }
}

function nameParts(path: string): {
  stem: string
  extension: string
  compression: InputFile['compression']
} {
  const [, stem = '', extension = '', packed = ''] =
    /^(.*?)(\.[a-z]+)?(\.gz|\.zst)?$/i.exec(basename(path)) ?? []
  const compression = ({ '.gz': 'gzip', '.zst': 'zstd' } as const)[packed.toLowerCase()] ?? 'none'
  return { stem, extension: extension.toLowerCase(), compression }
}

const formats: Readonly<Record<string, InputFile['format']>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'jsonl',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.parquet': 'parquet',
}

const spreadsheets: ReadonlySet<string> = new Set(['.xls', '.xlsx', '.xlsm', '.xlsb', '.ods', '.numbers'])

function formatOf(format: ProblemFormat, extension: string, label: string): InputFile['format'] {
  const known = format === 'auto' ? formats[extension] : format
  if (known !== undefined) return known
  if (spreadsheets.has(extension))
    throw new UsageError(
      `problems.files: "${label}" is a spreadsheet; save its sheet as CSV and name that file`,
    )
  throw new UsageError(
    `problems.files: "${label}" has no extension that names its format; set problems.format to jsonl, csv or parquet`,
  )
}
