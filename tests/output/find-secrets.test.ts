import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { parquetWriteFile } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { findSecrets } from '../../output/dataset/find-secrets.ts'
import { findKeyLike } from '../../store/secrets/patterns.ts'
import { writeParquet } from '../../store/parquet/write.ts'
import { samples } from '../store/secrets/key-samples.ts'
import { temporaryFolder } from './temporary-folder.ts'

const secrets = { HF_TOKEN: 'hf_MadeUpToken', TEACHER_KEY: 'sk-made-up-key', SHORT: 'EMPTY' }
const row = (content: string | null) => ({ id: 'a', messages: [{ role: 'user', content }] })
const find = async (folder: string) =>
  (await findSecrets(folder, secrets, { onBytes: () => undefined })).map(({ path, what }) => ({ path, what }))

test('secrets are found in texts, lists and structs of compressed Parquet files and in plain files', async () => {
  const folder = await temporaryFolder()
  const schema = z.object({
    id: z.string(),
    messages: z.array(z.object({ role: z.string(), content: z.string().nullable() })),
  })
  const filler = 'EMPTY and compressible '.repeat(1000)
  await writeParquet({
    path: join(folder, 'deep.parquet'),
    schema,
    rows: [row(filler), row(null), row(`${filler} my key is sk-made-up-key, keep it`)],
  })
  await writeParquet({ path: join(folder, 'clean.parquet'), schema, rows: [row(filler)] })
  await writeParquet({
    path: join(folder, 'footer.parquet'),
    schema,
    rows: [row('nothing')],
    metadata: { note: 'hf_MadeUpToken' },
  })
  await writeFile(join(folder, 'README.md'), `${'x'.repeat(2 ** 20 - 5)}hf_MadeUpToken`)
  const found = await find(folder)
  expect(found.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: 'README.md', what: 'the value of HF_TOKEN' },
    { path: 'deep.parquet', what: 'the value of TEACHER_KEY' },
    { path: 'footer.parquet', what: 'the value of HF_TOKEN' },
  ])
})

test.each(['UNCOMPRESSED', 'SNAPPY'] as const)(
  'also where another writer used %s and encoded by differences',
  async (codec) => {
    const folder = await temporaryFolder()
    for (const encoding of ['PLAIN', 'DELTA_BYTE_ARRAY', 'DELTA_LENGTH_BYTE_ARRAY'] as const)
      parquetWriteFile({
        filename: join(folder, `${encoding}.parquet`),
        codec,
        columnData: [
          { name: 'text', data: ['sk-made', 'sk-made-up', 'sk-made-up-key'], type: 'STRING', encoding },
        ],
      })
    expect((await find(folder)).map(({ path }) => path).sort()).toEqual([
      'DELTA_BYTE_ARRAY.parquet',
      'DELTA_LENGTH_BYTE_ARRAY.parquet',
      'PLAIN.parquet',
    ])
  },
)

/** Text in which the beginnings of keys are rare, and one in which they stand close together. */
const fillers = {
  rare: 'Let x be a positive number; then 2x is even. ',
  dense: 'risk-averse https://en.wikipedia.org/wiki/A:B sk-1 hf_2 \\x41 %41 &#65; ks. AKIA TELEVATOR ',
}

test('a key of every form is found in any surroundings, in plain files and in Parquet files', async () => {
  const folder = await temporaryFolder()
  for (const [name, sample] of Object.entries(samples)) {
    for (const filler of Object.values(fillers)) {
      const text = `${filler.repeat(300)}"${sample}"\n${filler.repeat(300)}`
      await writeFile(join(folder, 'text.md'), text)
      await writeParquet({
        path: join(folder, 'rows.parquet'),
        schema: z.object({ text: z.string() }),
        rows: [{ text: filler }, { text }],
      })
      const what = `what has the form of a key (${name})`
      expect((await find(folder)).sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
        { path: 'rows.parquet', what },
        { path: 'text.md', what },
      ])
      await rm(join(folder, 'rows.parquet'))
    }
  }
})

test('a scan finds what a look at the whole text finds', async () => {
  const folder = await temporaryFolder()
  const pieces = [...Object.values(fillers), 'A'.repeat(90), 'x', '\n', '-', ...Object.values(samples)]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), async (parts) => {
      const text = parts.join('')
      await writeFile(join(folder, 'text.md'), text)
      expect((await find(folder)).length > 0).toBe(findKeyLike(text) !== undefined)
    }),
    { numRuns: 200 },
  )
})

test('wherever in a file a secret begins, it is found', async () => {
  const folder = await temporaryFolder()
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -20, max: 20 }), async (shift) => {
      const text = `${'-'.repeat(2 ** 20 + shift)}hf_MadeUpToken${'-'.repeat(30)}`
      await writeFile(join(folder, 'text.md'), text)
      expect(await find(folder)).toEqual([{ path: 'text.md', what: 'the value of HF_TOKEN' }])
    }),
    { numRuns: 20 },
  )
})
