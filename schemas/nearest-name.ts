/**
 * The known name that a misspelt one most likely means, `undefined` when none is close. Case does not count; two
 * neighbouring letters that changed places are one mistake.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase()
  let nearest: string | undefined
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance < least) {
      least = distance
      nearest = candidate
    }
  }
  return nearest
}

/** Optimal string alignment distance; the names compared here are short. */
function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  for (let line = 1; line <= from.length; line++) {
    const row = [line]
    for (let column = 1; column <= to.length; column++) {
      const above = rows[line - 1]!
      const same = from[line - 1] === to[column - 1]
      let cost = Math.min(above[column - 1]! + (same ? 0 : 1), above[column]! + 1, row[column - 1]! + 1)
      const swapped =
        column > 1 && line > 1 && from[line - 1] === to[column - 2] && from[line - 2] === to[column - 1]
      if (swapped) cost = Math.min(cost, rows[line - 2]![column - 2]! + 1)
      row.push(cost)
    }
    rows.push(row)
  }
  return rows[from.length]![to.length]!
}
