import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { joinParts } from '../../store/parts/join.ts'
import { readPart } from '../../store/parts/part.ts'
import { partPath } from '../../store/run/paths.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { madeRows, writeMadeParts } from './made-parts.ts'

/* Who reads parts again and again holds them against their checksums once, and must be handed no byte that changed. */
const once = { seal: 'once' } as const
const rows = madeRows([2, 1, 3])
/** Longer than what a changed file needs to be told from the same one. */
const settled = (): Promise<void> => sleep(150)

const looksAt = {
  'two narrow columns': (run: string) =>
    Array.fromAsync(joinParts(run, 0, { problems: ['domain'], pairs: ['lost'] }, {}, once)),
  'a row of each part': (run: string) =>
    Promise.all(
      (['problems', 'pairs', 'traces', 'verdicts', 'decisions'] as const).map((kind) =>
        Array.fromAsync(readPart(run, kind, 0, undefined, { rowStart: 1, rowEnd: 2, ...once })),
      ),
    ),
}

test.each(Object.entries(looksAt))(
  'a wrong bit anywhere in a part is told by who reads %s of it, before and after it was found whole',
  async (_, look) => {
    await using folder = await temporaryFolder()
    await writeMadeParts(folder.path, rows)
    const path = partPath(folder.path, 'pairs', 0)
    const whole = await readFile(path)
    await settled()
    const wanted = await look(folder.path)
    expect(await look(folder.path)).toEqual(wanted)
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 60)) {
      const harmed = Buffer.from(whole)
      harmed[at]! ^= 1 << (at % 8)
      await writeFile(path, harmed)
      await expect(look(folder.path)).rejects.toThrow(/pairs\/part-00000\.parquet is damaged/u)
    }
    await writeFile(path, whole)
    expect(await look(folder.path)).toEqual(wanted)
  },
)
