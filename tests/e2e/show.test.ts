import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readReviews } from '../../review/verdicts/review-lines.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { studentFolder } from '../support/student-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let recipe: string

beforeAll(async () => {
  folder = await temporaryFolder()
  recipe = await writeRecipe(folder.path, smallRecipe('simulated'))
  expect(await runCli(['distill', recipe], { cwd: folder.path })).toMatchObject({ code: 0 })
})
afterAll(() => folder[Symbol.asyncDispose]())

const show = (args: readonly string[], stdin = ''): Promise<CliResult> =>
  runCli(['show', recipe, ...args], { cwd: folder.path, environment: { COLUMNS: '80' }, stdin })

type Shown = {
  pair_id: string
  domain: string
  reasoning_meta: { reasoning_tokens: number; answer_tokens: number }
}

async function pairs(args: readonly string[]): Promise<Shown[]> {
  const { code, stdout, stderr } = await show([...args, '--json'])
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const line = stdout.split('\n').find((each) => each.includes('pair_id'))!
  return Object.values(JSON.parse(line) as Record<string, unknown>).find(Array.isArray) as Shown[]
}

test('a condition chooses pairs, the same ones for a seed, and no line is wider than 80 columns', async () => {
  const where = ['--where', "reasoning.tokens > 1000 AND ift.verdict = 'correct' AND lost = ''", '-n', '5']
  const found = await pairs(where)
  expect(found).toHaveLength(5)
  for (const { reasoning_meta: meta } of found)
    expect(meta.reasoning_tokens + meta.answer_tokens).toBeGreaterThan(1000)
  expect(await pairs(where)).toEqual(found)
  expect(await pairs([...where, '--seed', '1'])).not.toEqual(found)
  const { stdout, stderr } = await show(where)
  const lines = `${stdout}${stderr}`.split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
})

test.for([
  ['no condition', 'domain = ', /no condition of SQL: .*such as `ift\.tokens/u],
  ['a column that is not there', 'lenght > 4', /no condition of SQL/u],
  [
    'another file',
    "id IN (SELECT content FROM read_text('/etc/hostname'))",
    /no condition of SQL: .*Permission/u,
  ],
  ['a file to write', "true) TO '/tmp/x.csv' --", /no condition of SQL/u],
  [
    'a file of the run that is no part',
    "id IN (SELECT content FROM read_text('runs/small/run.json'))",
    /no condition of SQL: .*Permission/u,
  ],
  [
    'a part in place of another',
    "true) LIMIT 0; COPY (SELECT 1 AS x) TO 'runs/small/pairs/part-00000.parquet'; SELECT 1 AS id, 2 AS draw WHERE (true",
    /no condition of SQL: .*multiple statements/u,
  ],
  ['a pattern that is none', "regexp_matches(domain, '(')", /--where is no condition of SQL: /u],
  ['a setting', 'true); SET enable_external_access = true; --', /no condition of SQL/u],
] as const)('%s is refused in one line', async ([, where, message]) => {
  const { code, stderr } = await show(['--where', where])
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/\n\s+at /u)
})

test('a risk picks what the page would pick', async () => {
  const longest = await pairs(['--risk', 'longest', '-n', '4'])
  const tokens = longest.map(({ reasoning_meta: meta }) => meta.reasoning_tokens)
  expect(tokens).toHaveLength(4)
  expect(Math.min(...tokens)).toBeGreaterThan(1000)
  expect(await show(['--risk', 'longst'])).toMatchObject({ code: 2 })
})

test('verdicts of a terminal are those of the page', async () => {
  const said = ['a', 'what?', 'x3', 'n look again', 'f', 'u', '', 'q'].join('\n')
  const { code, stdout, stderr } = await show(['--review', 'ana', '-n', '4'], said)
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  expect(`${stdout}${stderr}`).toContain('2 verdicts')
  const reviews = await readReviews(join(folder.path, 'runs/small/reviews'))
  const states = [...reviews.pairs()].map((id) => reviews.of(id).get('ana')!)
  expect(states.filter(({ verdict }) => verdict === 'accept')).toHaveLength(1)
  expect(states.filter(({ reason }) => reason === 'gold_wrong')).toMatchObject([
    { verdict: 'reject', why: 'random' },
  ])
  expect(states.filter(({ note }) => note === 'look again')).toHaveLength(1)
  expect(states.some(({ flag }) => flag === true)).toBe(false)
  expect(
    states.every(({ content_hash, verdict }) => verdict === undefined || content_hash !== undefined),
  ).toBe(true)
})

test('verdicts come from a spreadsheet, once, and a wrong row is named before anything is written', async () => {
  const [one, two] = await pairs(['-n', '2', '--seed', '7', '--where', 'true'])
  const review = async (text: string | Buffer): Promise<CliResult> => {
    await writeFile(join(folder.path, 'verdicts.csv'), text)
    return runCli(['review', recipe, '--import', 'verdicts.csv'], { cwd: folder.path })
  }
  const good = `\uFEFFpair_id;Reviewer;verdict;reason;note\n${one!.pair_id};bob;accept;;\n${two!.pair_id};bob;reject;bad_format;"=1+1; see there"\n`
  for (const [text, message] of [
    [good.replace('bad_format', 'ugly'), /row 3: the reason is one of wrong_answer/u],
    [good.replace(';accept', ';perhaps'), /row 2: the verdict is accept or reject, got "perhaps"/u],
    [good.replace(one!.pair_id, '0'.repeat(32)), /row 2: small has no pair/u],
    [`${good};;;;\n${one!.pair_id};bob;reject;other;\n`, /row 5: bob says something else of the pair/u],
    [Buffer.from(good.replace('see', 's\u00e9e').slice(1), 'latin1'), /neither UTF-8 nor UTF-16/u],
    [good.replace('Reviewer', 'who'), /row 2: wanted columns pair_id, reviewer/u],
    [
      good.replace(/note/u, 'at').replace(';accept;;', ';accept;;28.11.2026'),
      /row 2: the time is one such as/u,
    ],
  ] as const) {
    const { code, stderr } = await review(text)
    expect({ code, said: message.test(stderr) ? '' : stderr }).toEqual({ code: 2, said: '' })
  }
  expect((await readReviews(join(folder.path, 'runs/small/reviews'))).reviewers()).not.toContain('bob')
  const twice = `${good}${one!.pair_id};bob;accept;;\n`
  const bare = `${good.replace('"=1+1; see there"', '')};;;;\n`
  for (const [text, added] of [
    [Buffer.from(twice, 'utf16le'), 2],
    [good, 0],
    [bare, 0],
  ] as const) {
    const { code, stdout, stderr } = await review(text)
    expect({ code, said: `${stdout}${stderr}`.includes(`${added} lines added`) }).toEqual({
      code: 0,
      said: true,
    })
  }
  const reviews = await readReviews(join(folder.path, 'runs/small/reviews'))
  expect(reviews.of(two!.pair_id).get('bob')).toMatchObject({
    verdict: 'reject',
    reason: 'bad_format',
    note: '=1+1; see there',
  })
})

test("with a student's own chat template the text that it reads is shown, what is trained marked, and what is wrong told", async () => {
  const student = await studentFolder(folder.path)
  const { code, stdout, stderr } = await show(['--student', student, '-n', '1'])
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const printed = `${stdout}${stderr}`
  expect(printed).toMatch(/^ift: \d+ of \d+ characters trained \(ift, reasoning in the content\)$/mu)
  expect(printed).toMatch(/^ {2}<\|im_start\|>assistant\n┃ \S/mu)
  expect(printed).toMatch(/^┃ .*<\|im_end\|>$/mu)
  // The template has a field for reasoning, so that tags in the content are plain text to it.
  expect(printed).toContain('! the reasoning stands in the answer with its tags as plain text')
  expect(Math.max(...printed.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  const none = await show(['--student', '-n', '1'])
  expect(none).toMatchObject({ code: 2 })
  expect(none.stderr).toContain('no student is named')
})
