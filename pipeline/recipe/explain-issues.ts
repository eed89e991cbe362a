import type { Document, LineCounter } from 'yaml'
import { z } from 'zod'
import { nearestName } from '../../schemas/nearest-name.ts'
import { wantedBy } from './wanted-by.ts'

/** One YAML file of a recipe, parsed so that its lines can be named. */
export type RecipeSource = { path: string; absolute: string; document: Document; lines: LineCounter }

type Issue = z.core.$ZodIssue
type JsonSchema = {
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
}

/** One line for each mistake in a recipe: its place, what is wrong, and the nearest known name. */
export function explainIssues(
  issues: readonly Issue[],
  tree: unknown,
  sources: readonly RecipeSource[],
  schema: z.ZodType,
): string {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const flat = issues.flatMap((issue) => flatten(issue, []))
  const misspelt = flat.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? misspeltKeys(issue, shape) : [],
  )
  // A member that is missing because its name was misspelt is one mistake, not two.
  const meant = new Set(
    misspelt.flatMap(({ path, meant }) => (meant === undefined ? [] : [[...path, meant].join('.')])),
  )
  const others = flat.filter(
    (issue) => issue.code !== 'unrecognized_keys' && !meant.has(issue.path.join('.')),
  )
  return [
    ...misspelt.map(({ path, key, meant, known }) => {
      const hint = meant ? `; did you mean \`${meant}\`?` : `; known here: ${known.join(', ')}`
      return `${placeOf([...path, key], sources)}unknown key \`${[...path, key].join('.')}\`${hint}`
    }),
    ...others.map((issue) => explain(issue, tree, sources)),
  ]
    .map(shortened)
    .join('\n')
}

/** A line for a person; a name without its colon can be as long as the file. */
const longestLine = 3000

function shortened(line: string): string {
  if (line.length <= longestLine) return line
  const half = longestLine / 2
  return `${line.slice(0, half)} … ${line.slice(-half)}`.toWellFormed()
}

type MisspeltKey = { path: PropertyKey[]; key: string; meant: string | undefined; known: string[] }

function misspeltKeys(issue: Issue & { code: 'unrecognized_keys' }, shape: JsonSchema): MisspeltKey[] {
  const known = knownKeys(shape, issue.path)
  return issue.keys.map((key) => ({ path: issue.path, key, meant: nearestName(key, known), known }))
}

/** Of a union, the branch that came furthest is the one that was meant. */
function flatten(issue: Issue, prefix: PropertyKey[]): Issue[] {
  const path = [...prefix, ...issue.path]
  if (issue.code === 'invalid_key')
    return [{ ...issue, path, message: `its name must be ${issue.issues[0]?.message ?? issue.message}` }]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }]
  const depth = (branch: Issue[]): number =>
    Math.max(0, ...branch.map((inner) => inner.path.length + (inner.code === 'unrecognized_keys' ? 1 : 0)))
  const deepest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] as Issue[]
  if (depth(deepest) > 0) return deepest.flatMap((inner) => flatten(inner, path))
  const wanted = [...new Set(issue.errors.map((branch) => (branch[0] ? wantedBy(branch[0]) : '')))]
    .filter((each) => each !== '')
    .join(', or ')
  return [{ ...issue, path, message: wanted }]
}

function explain(issue: Issue, tree: unknown, sources: readonly RecipeSource[]): string {
  const where = issue.path.length === 0 ? 'the recipe' : `\`${issue.path.map(String).join('.')}\``
  const value = issue.path.reduce<unknown>(
    (node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key],
    tree,
  )
  // An address may hold a password, which must not be repeated.
  const secret = issue.path.includes('base_url')
  const came =
    value === undefined ? 'is missing' : secret ? 'is not accepted' : `is ${shorten(JSON.stringify(value))}`
  return `${placeOf(issue.path, sources)}${where} ${came}: ${wantedBy(issue)}`
}

/** Every key that the recipe's schema allows at a path. */
function knownKeys(shape: JsonSchema, path: readonly PropertyKey[]): string[] {
  const alternatives = (node: JsonSchema): JsonSchema[] => [
    node,
    ...[...(node.anyOf ?? []), ...(node.allOf ?? [])].flatMap(alternatives),
  ]
  let nodes = alternatives(shape)
  for (const step of path) {
    const next = nodes.flatMap(
      (node) =>
        node.properties?.[String(step)] ??
        (typeof node.additionalProperties === 'object' ? [node.additionalProperties] : []),
    )
    nodes = next.flatMap(alternatives)
  }
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))]
}

/** `file:line: ` of the innermost part of the path that a file of the recipe states; the extending file comes first. */
function placeOf(path: readonly PropertyKey[], sources: readonly RecipeSource[]): string {
  for (let length = path.length; length > 0; length--) {
    for (const { path: file, document, lines } of sources) {
      const parent = document.getIn(path.slice(0, length - 1), true) as
        | { items?: { key?: { value?: unknown; range?: number[] } }[] }
        | undefined
      const node = document.getIn(path.slice(0, length), true) as { range?: number[] } | undefined
      const key = parent?.items?.find((item) => item.key?.value === path[length - 1])?.key
      const offset = key?.range?.[0] ?? node?.range?.[0]
      if (offset !== undefined) return `${file}:${lines.linePos(offset).line}: `
    }
  }
  return sources[0] ? `${sources[0].path}: ` : ''
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
