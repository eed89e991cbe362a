import { isObject } from '../../schemas/is-object.ts'

type Row = Readonly<Record<string, unknown>>

/** The column that the recipe names and what it holds. */
type Named = { column: string; value: unknown }

/**
 * The columns in which well-known sets have the tests of a problem, each with those that belong to it: MBPP, HumanEval,
 * APPS and TACO, LiveCodeBench.
 */
const shapes: readonly { tests: string; companions: readonly string[] }[] = [
  { tests: 'test_list', companions: ['test_imports', 'test_setup_code', 'entry_point'] },
  { tests: 'test', companions: ['entry_point'] },
  { tests: 'input_output', companions: ['fn_name'] },
  { tests: 'public_test_cases', companions: ['private_test_cases', 'func_name'] },
]

/** The columns among those that a source has that hold tests or belong to them. */
export function codeColumns(available: readonly string[]): string[] {
  const here = shapes.filter(
    // Many sets have a column named `test`.
    ({ tests }) => available.includes(tests) && (tests !== 'test' || available.includes('entry_point')),
  )
  const named = [...here.map(({ tests }) => tests), ...here.flatMap(({ companions }) => companions)]
  return available.includes('public_test_cases') ? [...named, 'metadata'] : named
}

/** Whether a row has tests in columns of their own and nothing else that is an answer. */
export function hasCodeTests(row: Row): boolean {
  return shapes.some(
    ({ tests, companions }) =>
      isThere(row[tests]) && (tests !== 'test' || companions.every((each) => isThere(row[each]))),
  )
}

/**
 * The tests of a code problem, as the verifier of programs reads them: what the columns hold, by their own names. A list of
 * assertions is one suite, all of which must hold.
 *
 * @param named the column that the recipe names; otherwise the first usual one that holds anything
 * @returns `undefined` where there are none
 */
export function readCodeTests(row: Row, named: Named | undefined): string[] | undefined {
  const shape = shapes.find(
    ({ tests }) => (named === undefined || tests === named.column) && isThere(row[tests]),
  )
  if (shape !== undefined) return [written(withCompanions(row, shape))]
  const value = named === undefined ? row['tests'] : named.value
  if (!isThere(value)) return undefined
  const texts = (Array.isArray(value) ? value : [value]).map((each: unknown) =>
    typeof each === 'string' ? each.trim() : '',
  )
  const entryPoint = typeof row['entry_point'] === 'string' ? row['entry_point'] : ''
  // Not a list of texts, or texts that say themselves what they are.
  if (texts.includes('')) return [written(value)]
  if (texts.some((text) => /^[[{]/u.test(text))) return texts
  return [entryPoint === '' ? texts.join('\n') : written({ test: texts.join('\n'), entry_point: entryPoint })]
}

function withCompanions(row: Row, { tests, companions }: (typeof shapes)[number]): Row {
  const found = [tests, ...companions].filter((name) => isThere(row[name])).map((name) => [name, row[name]])
  const members = Object.fromEntries(found) as Record<string, unknown>
  const name = tests === 'public_test_cases' ? functionName(row['metadata']) : undefined
  return name === undefined ? members : { func_name: name, ...members }
}

/** `{"func_name": "twoSum"}`, as an object or as text. */
function functionName(metadata: unknown): string | undefined {
  const value = typeof metadata === 'string' ? parsed(metadata) : metadata
  const name = isObject(value) ? value['func_name'] : undefined
  return typeof name === 'string' && name !== '' ? name : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** JSON in which whole numbers of any length keep their digits. */
function written(value: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'bigint' ? rawJSON(String(member)) : member,
  )
}

function isThere(value: unknown): boolean {
  const isEmpty =
    (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0)
  return value !== undefined && value !== null && !isEmpty
}
