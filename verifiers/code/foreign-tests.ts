import { z } from 'zod'
import { callTests } from './call-tests.ts'
import { parsedExactly } from './exact-json.ts'

const Text = z.string().min(1)
const List = z.array(z.unknown()).min(1)
const Name = z.string().default('')
const Language = z.enum(['python', 'python3', 'py', 'javascript', 'js']).default('python')

/** What datasets call a test that is a whole run of the program, and one that is a call of a function. */
const TYPE = { stdin: 'stdio', stdin_stdout: 'stdio', functional: 'call', function_call: 'call' } as const
const Type = z.enum(Object.keys(TYPE) as (keyof typeof TYPE)[])

const Case = z.strictObject({
  input: z.unknown(),
  output: z.unknown(),
  type: Type.nullish(),
  testtype: Type.nullish(),
  fn_name: z.string().nullish(),
})
type Case = z.infer<typeof Case>

/** MBPP: a list of assertions, all of which must hold, with what they need before them. */
const AssertionList = z.strictObject({
  test_list: z.array(Text).min(1),
  test_imports: z.array(z.string()).nullish(),
  test_setup_code: z.string().nullish(),
  entry_point: Name,
})
/** HumanEval: a text that defines `check(candidate)`, and the name of the candidate. */
const CheckText = z.strictObject({ test: Text, entry_point: Name })
/** APPS and TACO: inputs and outputs one for one; with `fn_name` they are arguments and results. */
const Columns = z.strictObject({ inputs: List, outputs: List, fn_name: z.string().nullish() })
/** CodeContests: the same without a function. */
const Runs = z.strictObject({ input: List, output: List })
/** SYNTHETIC-1 and others: a list of cases that say what they are. */
const CaseList = z.strictObject({ language: Language, test_cases: List })
/** LiveCodeBench: two lists of cases, the name of the function in `metadata`. */
const PublicAndPrivate = z.strictObject({
  public_test_cases: z.unknown().optional(),
  private_test_cases: z.unknown().optional(),
  func_name: z.string().nullish(),
})
/** A column that holds one of these. */
const Nested = z.strictObject({ input_output: z.unknown(), fn_name: z.string().nullish() })

/**
 * Tests in the shapes of well-known datasets, as `CodeTests`; `undefined` for every other shape, a member that is not
 * known included: what is not understood is no test.
 *
 * @param entryPoint of tests that do not name theirs
 */
export function foreignTests(value: unknown, entryPoint: string): unknown {
  const python = (tests: string, name: string): unknown => ({
    kind: 'python',
    tests,
    entry_point: name || entryPoint,
  })
  if (Array.isArray(value)) {
    if (value.every((each) => typeof each === 'string')) return python(value.join('\n'), '')
    return fromCases(value, entryPoint)
  }
  const list = AssertionList.safeParse(value).data
  if (list !== undefined)
    return python(
      [...(list.test_imports ?? []), list.test_setup_code || [], list.test_list].flat().join('\n'),
      list.entry_point,
    )
  const check = CheckText.safeParse(value).data
  if (check !== undefined) return python(check.test, check.entry_point)
  const columns =
    Columns.safeParse(value).data ??
    Runs.transform(({ input, output }) => ({ inputs: input, outputs: output, fn_name: '' })).safeParse(value)
      .data
  if (columns !== undefined) return fromColumns(columns)
  const cases = CaseList.safeParse(value).data
  if (cases !== undefined) return fromCases(cases.test_cases, entryPoint, cases.language)
  const nested = Nested.safeParse(value).data
  if (nested !== undefined) return foreignTests(textRead(nested.input_output), nested.fn_name || entryPoint)
  const both = PublicAndPrivate.safeParse(value).data
  if (both === undefined) return undefined
  const lists = [both.public_test_cases, both.private_test_cases].filter(
    (each) => each !== null && each !== undefined,
  )
  const read = lists.map(textRead)
  return read.length > 0 && read.every((each) => Array.isArray(each))
    ? fromCases(read.flat(), both.func_name || entryPoint)
    : undefined
}

/** What stands in a column as JSON text. */
function textRead(value: unknown): unknown {
  return typeof value === 'string' ? parsedExactly(value) : value
}

function fromColumns({ inputs, outputs, fn_name }: z.infer<typeof Columns>): unknown {
  if (inputs.length !== outputs.length) return undefined
  if (fn_name)
    return inputs.every((each) => Array.isArray(each)) ? callTests(fn_name, inputs, outputs) : undefined
  return stdio(inputs.map((input, index) => ({ input, output: outputs[index] })))
}

function fromCases(values: readonly unknown[], entryPoint: string, language = 'python'): unknown {
  const cases = z.array(Case).min(1).safeParse(values).data
  if (cases === undefined) return undefined
  const kinds = new Set(cases.map(kindOf))
  if (kinds.size > 1) return undefined
  const isPython = language.startsWith('py')
  if (kinds.has('stdio')) return stdio(cases, isPython ? 'python' : 'javascript')
  const names = new Set(cases.map(({ fn_name }) => fn_name || entryPoint))
  const [name = ''] = names
  const args = cases.map(({ input }) => argumentsOf(input))
  if (names.size > 1 || name === '' || !isPython || !args.every((each) => each !== undefined))
    return undefined
  return callTests(
    name,
    args,
    cases.map(({ output }) => (typeof output === 'string' ? (parsedExactly(output) ?? output) : output)),
  )
}

function kindOf({ type, testtype, fn_name }: Case): 'stdio' | 'call' {
  const stated = type ?? testtype
  return stated ? TYPE[stated] : fn_name ? 'call' : 'stdio'
}

/** A list of arguments, or one argument a line as JSON text. */
function argumentsOf(input: unknown): unknown[] | undefined {
  if (Array.isArray(input)) return input as unknown[]
  if (typeof input !== 'string') return undefined
  const lines = input.split('\n').filter((line) => line.trim() !== '')
  const values = lines.map((line) => parsedExactly(line))
  return values.every((value) => value !== undefined) ? values : undefined
}

function stdio(cases: readonly { input?: unknown; output?: unknown }[], language = 'python'): unknown {
  const texts = cases.map(({ input, output }) => ({ input: textOf(input), output: textOf(output) }))
  return texts.every(({ input, output }) => input !== undefined && output !== undefined)
    ? { kind: 'stdio', language, cases: texts }
    : undefined
}

/** A text, or its lines as a list. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (!Array.isArray(value)) return undefined
  const lines = value.map(textOf)
  return lines.every((line) => line !== undefined) ? lines.join('\n') : undefined
}
