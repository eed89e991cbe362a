import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { parquetWriteFile } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { findSecrets } from '../../output/dataset/find-secrets.ts'
import { writeParquet } from '../../store/parquet/write.ts'
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
