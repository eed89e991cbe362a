import { join } from 'node:path'
import { openNumberedFiles, type NumberedFiles } from './numbered-files.ts'
import { Slot, type SlotStore } from './slot.ts'

/** The folder of a run that its logs of slots are in. */
export function leasesFolder(runFolder: string): string {
  return join(runFolder, 'leases')
}

/** The name of the log that the claims of a shard are in. */
export function shardLog(shard: number): string {
  return String(shard).padStart(5, '0')
}

/** Of each run that this thread works on. */
const stores = new Map<string, SlotStore>()

/** Logs in folders of a run, a file a slot. */
export function openSlotFiles(runFolder: string): SlotStore {
  const opened = stores.get(runFolder) ?? slotFiles(runFolder)
  stores.set(runFolder, opened)
  return opened
}

/**
 * Forgets what was read of a run, when a session of it begins: a process that works on many runs may find another run in
 * the same folder, whose slots are others.
 */
export function forgetSlots(runFolder: string): void {
  stores.delete(runFolder)
}

function slotFiles(runFolder: string): SlotStore {
  const logs = new Map<string, NumberedFiles<Slot>>()
  const filesOf = (log: string): NumberedFiles<Slot> => {
    const opened = logs.get(log) ?? openNumberedFiles<Slot>(join(leasesFolder(runFolder), log), Slot)
    logs.set(log, opened)
    return opened
  }
  return {
    read: async (log) => (await filesOf(log).read()).map(({ number, item: slot }) => ({ number, slot })),
    put: (log, number, slot, durable) => filesOf(log).put(number, slot, durable),
  }
}
