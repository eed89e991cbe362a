import { isObject } from '../json.ts'

/** Members that label a piece of a text and come again with every piece; every other text is a part of a longer one. */
const labels: ReadonlySet<string> = new Set([
  'role',
  'type',
  'id',
  'index',
  'format',
  'object',
  'model',
  'name',
  'status',
  'created',
  'service_tier',
])

/**
 * What a member of a message is after a further piece of it came: texts are joined, lists grow, objects are merged member
 * by member, and where the kinds differ both are kept in a list. No text that came is ever replaced.
 */
export function mergeMember(name: string, before: unknown, value: unknown): unknown {
  if (value === null || value === undefined || value === '') return before === undefined ? value : before
  if (before === null || before === undefined || before === '') return structuredClone(value)
  if (typeof value === 'string') {
    if (labels.has(name)) return value
    return typeof before === 'string' ? before + value : joinPieces(listOf(before), [textPart(value)])
  }
  if (Array.isArray(value)) return joinPieces(listOf(before), value)
  if (isObject(value))
    return isObject(before) ? mergeObject(before, value) : joinPieces(listOf(before), [value])
  return typeof before === 'object' || typeof before === 'string' ? before : value
}

/** Adds the members of one object to those of another. */
export function mergeObject(
  target: Record<string, unknown>,
  from: Record<string, unknown>,
): Record<string, unknown> {
  for (const [name, value] of Object.entries(from)) target[name] = mergeMember(name, target[name], value)
  return target
}

/**
 * Adds counts to counts: of each the largest counts, because servers count up while they stream, and some end with zeros.
 */
export function mergeCounts(before: unknown, value: unknown): unknown {
  if (typeof before === 'number' && typeof value === 'number') return Math.max(before, value)
  if (!isObject(before) || !isObject(value)) return value ?? before
  const names = new Set([...Object.keys(before), ...Object.keys(value)])
  return Object.fromEntries([...names].map((name) => [name, mergeCounts(before[name], value[name])]))
}

/** Pieces of a list: those with the same index and type are one piece whose members are merged. */
function joinPieces(pieces: unknown[], further: readonly unknown[]): unknown[] {
  for (const piece of further) {
    const begun = isObject(piece)
      ? pieces.findLast((each, at) => continues(piece, each, at === pieces.length - 1))
      : undefined
    if (isObject(piece) && isObject(begun)) mergeObject(begun, piece)
    else pieces.push(structuredClone(piece))
  }
  return pieces
}

/** An index names a piece wherever it is in the list; without one, a piece goes on where the last one is of its type. */
function continues(piece: Record<string, unknown>, begun: unknown, isLast: boolean): boolean {
  if (!isObject(begun) || begun['index'] !== piece['index'] || begun['thought'] !== piece['thought'])
    return false
  if (piece['index'] === undefined) return isLast && begun['type'] === piece['type']
  return piece['type'] === undefined || begun['type'] === undefined || begun['type'] === piece['type']
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return [typeof value === 'string' ? textPart(value) : value]
}

function textPart(text: string): { type: 'text'; text: string } {
  return { type: 'text', text }
}
