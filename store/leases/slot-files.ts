import { join } from 'node:path'
import { codeOf } from '../files/disk-error.ts'
import { makeFolder, namesIn, readText } from '../files/entries.ts'
import { putIfAbsent } from './put-if-absent.ts'
import { Slot, type NumberedSlot, type SlotStore } from './slot.ts'

/** The folder of a run that its logs of slots are in. */
export function leasesFolder(runFolder: string): string {
  return join(runFolder, 'leases')
}

/** The name of the log that the claims of a shard are in. */
export function shardLog(shard: number): string {
  return String(shard).padStart(5, '0')
}

const slotName = (number: number): string => String(number).padStart(6, '0')

/** Of each run that this thread works on. */
const stores = new Map<string, SlotStore>()

/** Logs in folders of a run, a file a slot. A slot never changes, so each is read once. */
export function openSlotFiles(runFolder: string): SlotStore {
  const opened = stores.get(runFolder) ?? slotFiles(runFolder)
  stores.set(runFolder, opened)
  return opened
}

function slotFiles(runFolder: string): SlotStore {
  const root = leasesFolder(runFolder)
  const known = new Map<string, NumberedSlot[]>()
  return {
    async read(log) {
      const names = (await namesIn(join(root, log))).filter((name) => /^\d{6,}$/u.test(name))
      const before = known.get(log) ?? []
      // Otherwise somebody has put an older copy of the run in its place.
      const slots = names.length < before.length ? [] : [...before]
      // Into a list of this call's own: several calls read one log at a time.
      for (const name of names.slice(slots.length))
        slots.push({ number: Number(name), slot: parsed(await readText(join(root, log, name))) })
      known.set(log, slots)
      return [...slots]
    },
    async put(log, number, slot, durable) {
      const path = join(root, log, slotName(number))
      const text = `${JSON.stringify(slot)}\n`
      try {
        return await putIfAbsent(path, text, durable)
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error
        await makeFolder(join(root, log))
        return putIfAbsent(path, text, durable)
      }
    },
  }
}

function parsed(text: string | undefined): Slot | undefined {
  try {
    return Slot.parse(JSON.parse(text ?? ''))
  } catch {
    // Emptied by a power cut, or of a later version: whoever made it has to be waited for.
    return undefined
  }
}
