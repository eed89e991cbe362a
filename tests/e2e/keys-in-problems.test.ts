import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startHub } from '../../simulators/hub/start.ts'
import { findKeyLike } from '../../store/secrets/patterns.ts'
import { samples } from '../store/secrets/key-samples.ts'
import { jsonLines, pushDataset } from '../support/hub-dataset.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const form = 'GitHub token'
const key = samples[form]!
const { mark } = findKeyLike(key)!
const inUse = 'the-token-of-a-teacher-in-use'
const rows = [
  { question: 'What is 1 plus 1?', answer: '2' },
  { question: `Why is ${key} refused?`, answer: 'It has expired.' },
  { question: 'What is 2 plus 1?', answer: `3 ${key}` },
  { question: 'What is 3 plus 1?', answer: '4' },
]

test('a key in a row, of a file or of the Hub, is told when the problems are read, before anything is asked', async () => {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  await using hub = await startHub({ folder: join(folder.path, 'hub') })
  await pushDataset(hub, 'demo-org/sums', { 'train.jsonl': jsonLines(rows) })
  await writeFile(join(folder.path, 'sums.jsonl'), jsonLines(rows))
  await writeFile(
    join(folder.path, 'used.jsonl'),
    jsonLines([...rows.slice(3), { question: inUse, answer: '1' }]),
  )
  const environment = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token, TEACHER_KEY: inUse }
  const endpoints = {
    teacher: { base_url: 'http://127.0.0.1:1/v1', dialect: 'vllm', api_key_env: 'TEACHER_KEY' },
  }
  const said = async (source: object, rest: object = {}): Promise<string> => {
    const problems = { ...source, fields: { prompt: 'question', answer: 'answer' } }
    const tree = smallRecipe('http://127.0.0.1:1/v1', { problems, endpoints, ...rest })
    const path = await writeRecipe(folder.path, tree)
    const run = `runs/${Object.values(source).join()}-${Object.keys(rest).join()}`.replaceAll(/[^\w/-]/g, '-')
    const { code, stderr } = await runCli(['problems', path, '--run', run], { cwd: folder.path, environment })
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    expect(stderr).not.toContain(inUse)
    return stderr.split('\n').find((line) => line.includes('if it is a key')) ?? ''
  }
  const what = `holds what has the form of a key (${form}), and 1 more row holds one; teachers are asked with it`
  const way = `if it is none, put ${mark} into \`write.not_secrets\``
  for (const [source, place] of [
    [{ files: 'sums.jsonl' }, 'sums.jsonl:2 (column question)'],
    [{ hub: 'demo-org/sums' }, '(column question)'],
  ] as const) {
    const line = await said(source)
    expect(line).toContain(`${place} ${what}, and \`write\` refuses the dataset`)
    expect(line).toContain(way)
    expect(line).not.toContain(key)
    expect(await said(source, { write: { not_secrets: [mark] } })).toBe('')
    expect(await said(source, { filter: { secret: true } })).toContain('filter.secret drops what they answer')
  }
  expect(await said({ files: 'used.jsonl' })).toContain(
    'used.jsonl:2 (column question) holds the value of TEACHER_KEY; ',
  )
})
