import type { SourceFile } from './source-tree.ts'

/** What stands side by side in a folder: its files and its folders. */
export type Circle = { folder: string; units: string[] }

/**
 * The circles of a source tree at every level: within each folder, the sets of its files and folders that import each
 * other round about, types included.
 */
export function findCircles(files: readonly SourceFile[]): Circle[] {
  const folders = new Set(files.flatMap(({ path }) => parents(path)))
  return [...folders].sort().flatMap((folder) =>
    strongComponents(arrowsWithin(files, folder))
      .filter((units) => units.length > 1)
      .map((units) => ({ folder, units: units.sort() })),
  )
}

/** Which unit of a folder imports which other one. */
export function arrowsWithin(files: readonly SourceFile[], folder: string): Map<string, Set<string>> {
  const arrows = new Map<string, Set<string>>()
  for (const { path, imports } of files) {
    const from = unitOf(path, folder)
    if (from === undefined) continue
    const targets = arrows.get(from) ?? new Set()
    arrows.set(from, targets)
    for (const imported of imports) {
      const to = unitOf(imported, folder)
      if (to !== undefined && to !== from) targets.add(to)
    }
  }
  return arrows
}

/** The file or folder directly below `folder` that a path belongs to. */
function unitOf(path: string, folder: string): string | undefined {
  if (folder === '') return path.split('/', 1)[0]
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/', 1)[0] : undefined
}

function parents(path: string): string[] {
  const names = path.split('/').slice(0, -1)
  return ['', ...names.map((_, index) => names.slice(0, index + 1).join('/'))]
}

/** Tarjan's strongly connected components (SIAM J. Comput. 1(2), 1972). */
function strongComponents(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const components: string[][] = []
  function visit(unit: string): void {
    order.set(unit, order.size)
    low.set(unit, order.get(unit)!)
    stack.push(unit)
    for (const next of arrows.get(unit) ?? []) {
      if (!order.has(next)) visit(next)
      if (stack.includes(next)) low.set(unit, Math.min(low.get(unit)!, low.get(next)!))
    }
    if (low.get(unit) !== order.get(unit)) return
    components.push(stack.splice(stack.indexOf(unit)))
  }
  for (const unit of arrows.keys()) if (!order.has(unit)) visit(unit)
  return components
}
