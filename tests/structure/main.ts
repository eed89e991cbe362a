import { fileURLToPath } from 'node:url'
import process from 'node:process'
import { arrowsWithin, findCircles } from './circles.ts'
import { readSourceTree, type SourceFile } from './source-tree.ts'

/** `npm run structure [-- FOLDER]`: the shape of the source tree in numbers, and what imports what within a folder. */
const root = process.argv[3] ?? fileURLToPath(new URL('../..', import.meta.url))
const folder = process.argv[2] ?? 'pipeline'
const files = readSourceTree(root)
const sorted = files.toSorted((a, b) => a.lines - b.lines)
const longest = sorted.at(-1)!
const largest = largestFolder(files)
const circles = findCircles(files)
const arrows = arrowsWithin(files, folder)
const count = [...arrows.values()].reduce((sum, targets) => sum + targets.size, 0)

process.stdout.write(
  [
    `files            ${files.length}, ${files.reduce((sum, { lines }) => sum + lines, 0)} lines`,
    `median file      ${sorted[Math.floor(sorted.length / 2)]!.lines} lines`,
    `longest file     ${longest.path}, ${longest.lines} lines`,
    `largest folder   ${largest.folder}, ${largest.count} files of its own`,
    `circles          ${circles.length}`,
    ...circles.map(({ folder, units }) => `  in ${folder || '.'}: ${units.join(', ')}`),
    `${folder}: ${arrows.size} rooms and files, ${count} arrows`,
    ...[...arrows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([unit, targets]) => `  ${unit} -> ${[...targets].sort().join(', ') || '(nothing)'}`),
    '',
  ].join('\n'),
)

function largestFolder(files: readonly SourceFile[]): { folder: string; count: number } {
  const counts = new Map<string, number>()
  for (const { path } of files) {
    const folder = path.slice(0, path.lastIndexOf('/'))
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  const [folder, count] = [...counts].sort(([, a], [, b]) => b - a)[0]!
  return { folder, count }
}
