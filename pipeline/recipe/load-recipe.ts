import { dirname, resolve } from 'node:path'
import { isMap, LineCounter, parseDocument, type Document } from 'yaml'
import { UsageError } from '../../schemas/errors.ts'
import { codeOf } from '../../store/files/disk-error.ts'
import { readText } from '../../store/files/entries.ts'
import { expandEnvironment, refuseKeys } from './expand-environment.ts'
import { explainIssues, type RecipeSource } from './explain-issues.ts'
import { withPackagePrices } from './package-prices.ts'
import { Recipe } from './recipe.ts'

type Tree = Record<string, unknown>

/**
 * Reads a recipe: YAML, `extends` (a path relative to the file, whose values this file overrides member by member),
 * `${NAME}` and `${NAME:-default}` from the environment, then the checks of every plug-in's options, then prices from
 * packages as plain numbers.
 *
 * @throws UsageError one line for each mistake, with file, line, what was wanted and the nearest known name
 */
export async function loadRecipe(
  path: string,
  environment: Record<string, string | undefined>,
  now: () => number = Date.now,
): Promise<Recipe> {
  const sources: RecipeSource[] = []
  const tree = await readTree(resolve(path), path, environment, sources)
  const result = Recipe.safeParse(withSimulators(tree))
  if (!result.success) throw new UsageError(explainIssues(result.error.issues, tree, sources, Recipe))
  return withPackagePrices(result.data, now)
}

async function readTree(
  absolute: string,
  shown: string,
  environment: Record<string, string | undefined>,
  sources: RecipeSource[],
  from?: string,
): Promise<Tree> {
  if (sources.some((source) => source.absolute === absolute))
    throw new UsageError(`${shown}: \`extends\` leads back to this file; remove one of the two`)
  const lines = new LineCounter()
  const text = await readRecipe(absolute, shown, from)
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Its warnings go to the terminal past the reporter; what they warn of is refused below as an unknown name.
    logLevel: 'error',
  })
  const [problem] = document.errors
  if (problem?.code === 'MULTIPLE_DOCS')
    throw new UsageError(
      `${shown}:${lines.linePos(problem.pos[0]).line}: a recipe is one YAML document and here a second one begins; take the line \`---\` out, or make two files`,
    )
  if (problem) {
    const { line } = lines.linePos(problem.pos[0])
    const hasReference = text.split('\n')[line - 1]?.includes('${') ?? false
    const hint = hasReference ? '; inside { } or [ ] a reference must be in quotes: "${NAME:-default}"' : ''
    throw new UsageError(`${shown}:${line}: not valid YAML: ${problem.message}${hint}`)
  }
  if (!isMap(document.contents))
    throw new UsageError(
      `${shown}: a recipe is a YAML mapping (name, problems, endpoints, arms, …), and this file holds something else`,
    )
  sources.push({ path: shown, absolute, document, lines })
  const { extends: base, ...own } = expandTree(toTree(document, shown), environment, shown)
  if (base === undefined) return own
  if (typeof base !== 'string') throw new UsageError(`${shown}: \`extends\` is the path of one recipe`)
  const inherited = await readTree(resolve(dirname(absolute), base), base, environment, sources, shown)
  return merge(withoutOtherSource(inherited, own), own)
}

/** Problems from another place take that of the inherited ones, which would only be in the way. */
function withoutOtherSource(inherited: Tree, own: Tree): Tree {
  const [problems, stated] = [inherited['problems'], own['problems']]
  if (!isTree(problems) || !isTree(stated)) return inherited
  const places = ['files', 'hub', 'builtin'].filter((place) => (stated[place] ?? null) !== null)
  if (places.length === 0) return inherited
  const dropped = new Set(['files', 'hub', 'builtin'].filter((place) => !places.includes(place)))
  if (dropped.has('hub')) for (const key of ['config', 'split', 'revision']) dropped.add(key)
  const kept = Object.entries(problems).filter(([key]) => !dropped.has(key))
  return { ...inherited, problems: Object.fromEntries(kept) }
}

function toTree(document: Document, shown: string): Tree {
  try {
    return document.toJS() as Tree
  } catch (cause) {
    throw new UsageError(`${shown}: not valid YAML: ${(cause as Error).message}`, { cause })
  }
}

async function readRecipe(absolute: string, shown: string, from: string | undefined): Promise<string> {
  let text
  try {
    text = await readText(absolute)
  } catch (cause) {
    throw new UsageError(`the recipe ${shown} cannot be read (${codeOf(cause)})`, { cause })
  }
  if (text !== undefined) return text
  if (from !== undefined)
    throw new UsageError(
      `${from}: \`extends: ${shown}\` names no recipe (looked in ${dirname(absolute)}); the path is relative to the file that says extends`,
    )
  throw new UsageError(
    `no recipe at ${shown}; give the path of a YAML file, for example recipes/quickstart.yaml`,
  )
}

function expandTree(value: Tree, environment: Record<string, string | undefined>, where: string): Tree {
  refuseCircles(value, where, [])
  const expand = (node: unknown, path: readonly string[]): unknown => {
    if (typeof node === 'string') return expandEnvironment(node, environment, { file: where, path })
    if (Array.isArray(node)) return node.map((member, index) => expand(member, [...path, String(index)]))
    if (typeof node !== 'object' || node === null) return node
    const members = Object.entries(node).map(([key, member]): [string, unknown] => {
      // It would become what the object descends from wherever members are copied one by one.
      if (key === '__proto__')
        throw new UsageError(
          `${where}: ${[...path, key].join('.')}: nothing can have this name; choose another`,
        )
      return [key, expand(member, [...path, key])]
    })
    return Object.fromEntries(members)
  }
  const expanded = expand(value, []) as Tree
  refuseKeys(expanded, { file: where, path: [] }, new Set(allowedMarks(expanded).map(String)))
  return expanded
}

/** An alias may stand for something that the alias itself stands in, which never ends. */
function refuseCircles(node: unknown, where: string, above: readonly unknown[]): void {
  if (typeof node !== 'object' || node === null) return
  if (above.includes(node))
    throw new UsageError(`${where}: an alias (\`*name\`) stands inside of what it stands for; take it out`)
  for (const member of Object.values(node)) refuseCircles(member, where, [...above, node])
}

/** Whether they are marks at all is checked with the rest of the section. */
function allowedMarks({ write }: Tree): unknown[] {
  const marks = isTree(write) ? write['not_secrets'] : undefined
  return Array.isArray(marks) ? marks : []
}

/**
 * `base_url: simulated` is a word for "no address, start the simulator", so that one recipe serves both:
 * `base_url: ${OPENAI_BASE_URL:-simulated}`.
 */
function withSimulators(tree: Tree): Tree {
  if (!isTree(tree['endpoints'])) return tree
  const endpoints = Object.entries(tree['endpoints']).map(([name, endpoint]) => {
    if (!isTree(endpoint) || endpoint['base_url'] !== 'simulated') return [name, endpoint]
    const { base_url: _word, ...rest } = endpoint
    return [name, { simulator: {}, ...rest }]
  })
  return { ...tree, endpoints: Object.fromEntries(endpoints) as Tree }
}

/** Mappings merge member by member, everything else is replaced; `null` takes an inherited member away. */
function merge(base: Tree, own: Tree): Tree {
  const merged: Tree = { ...base }
  for (const [key, value] of Object.entries(own)) {
    if (value === null) delete merged[key]
    else if (isTree(value) && isTree(merged[key])) merged[key] = merge(merged[key], value)
    else merged[key] = value
  }
  return merged
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
