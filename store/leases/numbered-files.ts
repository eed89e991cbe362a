import { join } from 'node:path'
import type { z } from 'zod'
import { codeOf } from '../files/disk-error.ts'
import { makeFolder, namesIn, readText } from '../files/entries.ts'
import { putIfAbsent } from './put-if-absent.ts'

/** An entry of a log. `undefined` stands for one that a power cut has emptied, or of another version. */
export type NumberedFile<Item> = { number: number; item: Item | undefined }

/** A log of entries that are numbered without gaps, a file each, made once and never changed. */
export type NumberedFiles<Item> = {
  /** In order; each is read from disk once. */
  read(): Promise<NumberedFile<Item>[]>
  /**
   * Makes an entry unless somebody else did.
   *
   * @param durable whether it must outlive a power cut of this machine
   * @returns whether it is this one that was made
   */
  put(number: number, item: Item, durable?: boolean): Promise<boolean>
}

export function openNumberedFiles<Item>(folder: string, schema: z.ZodType<Item>): NumberedFiles<Item> {
  let known: readonly NumberedFile<Item>[] = []
  return {
    async read() {
      const names = (await namesIn(folder)).filter((name) => /^\d{6,}$/u.test(name))
      const before = known
      // Otherwise somebody has put an older copy of the run in its place.
      const files = names.length < before.length ? [] : [...before]
      // Into a list of this call's own: several calls read one log at a time.
      for (const name of names.slice(files.length))
        files.push({ number: Number(name), item: parsed(schema, await readText(join(folder, name))) })
      known = files
      return [...files]
    },
    async put(number, item, durable) {
      const path = join(folder, String(number).padStart(6, '0'))
      const text = `${JSON.stringify(item)}\n`
      try {
        return await putIfAbsent(path, text, durable)
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error
        await makeFolder(folder)
        return putIfAbsent(path, text, durable)
      }
    },
  }
}

function parsed<Item>(schema: z.ZodType<Item>, text: string | undefined): Item | undefined {
  try {
    return schema.parse(JSON.parse(text ?? ''))
  } catch {
    // Emptied by a power cut, or of a later version: whoever made it has to be waited for.
    return undefined
  }
}
