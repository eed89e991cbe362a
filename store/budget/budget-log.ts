import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import { openNumberedFiles, type NumberedFiles } from '../leases/numbered-files.ts'
import { leasesFolder } from '../leases/slot-files.ts'
import { accountOf, BudgetSlot, type BudgetAccount } from './budget-slot.ts'

/** The log in which the workers of a run share its budget. */
export type BudgetLog = {
  /** What it adds up to, and the number of its next slot. */
  read(): Promise<{ account: BudgetAccount; next: number }>
  /** Makes the next slot on the strength of what was read; `false` where another worker was faster: read again. */
  put(number: number, slot: BudgetSlot): Promise<boolean>
}

export function openBudgetLog(runFolder: string): BudgetLog {
  return budgetLog(openNumberedFiles<BudgetSlot>(join(leasesFolder(runFolder), 'budget'), BudgetSlot))
}

/** @param files where the slots are: in a folder, or anywhere that creates a name once */
export function budgetLog(files: NumberedFiles<BudgetSlot>): BudgetLog {
  return {
    async read() {
      const slots = await files.read()
      return { account: accountOf(slots), next: (slots.at(-1)?.number ?? 0) + 1 }
    },
    async put(number, slot) {
      // On disk before anything is spent on the strength of it.
      if (await files.put(number, slot, true)) return true
      // The reply of a network file system may be lost.
      const there = (await files.read()).find((each) => each.number === number)
      return isDeepStrictEqual(there?.item, slot)
    },
  }
}
