import { join } from 'node:path'
import { z } from 'zod'
import { RunError } from '../../schemas/errors.ts'
import { replaceFile } from '../../store/files/atomic.ts'
import { readText } from '../../store/files/entries.ts'

const Pins = z.record(z.string(), z.string().regex(/^[0-9a-f]{40}$/))

/** Commits that models of the Hub were first rendered at, by `org/name@revision`. */
export type Pins = z.infer<typeof Pins>

const nameOf = (folder: string): string => join(folder, 'pins.json')

/** @throws RunError when the file cannot be read as what it is */
export async function readPins(folder: string): Promise<Pins> {
  const text = await readText(nameOf(folder))
  if (text === undefined) return {}
  try {
    return Pins.parse(JSON.parse(text))
  } catch (cause) {
    throw new RunError(
      `${nameOf(folder)} cannot be read as commits of models; delete it to have their newest commits taken`,
      { cause },
    )
  }
}

/** Records the commit of a model, so that later renders of this run take the same one. */
export async function addPin(folder: string, name: string, commit: string): Promise<void> {
  const pins = await readPins(folder)
  await replaceFile(nameOf(folder), `${JSON.stringify({ ...pins, [name]: commit }, null, 2)}\n`)
}
