import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writeMadeDataset } from './made-dataset.ts'
import { hasPython, runPython } from './python.ts'

type Counts = { flat: number; lists: number; ours: string[]; pyarrow: string[] }

const work = mkdtempSync(join(tmpdir(), 'twinstill-fastparquet-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

/* What the README says of fastparquet: it stumbles over lists in pages of the second version, whoever wrote them. */
test.skipIf(!hasPython)(
  'fastparquet misreads no column of ours that it reads where pyarrow wrote it',
  async () => {
    const folder = join(work, 'made')
    mkdirSync(folder)
    await writeMadeDataset(folder, 'hyparquet-writer')
    const { flat, lists, ours, pyarrow } = runPython('read_fastparquet.py', folder, work) as Counts
    expect(lists).toBeGreaterThan(0)
    expect(ours.filter((place) => !pyarrow.includes(place))).toEqual([])
    console.log(
      `fastparquet: of ${flat + lists} columns in shards, ${lists} of them lists, it misreads ${ours.length} of ours and ${pyarrow.length} of pyarrow's`,
    )
  },
)
