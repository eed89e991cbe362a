import type { ArmSpend } from '../../schemas/ledger.ts'
import { journalFolder } from '../run/paths.ts'
import type { ShardContext } from '../shard-context.ts'
import { journalSpend } from './journal-spend.ts'

/** What the ledger calls the probes of all arms together. */
export const probeArmName = 'probe'

/** What probing the endpoints of a run has cost over all its starts; `undefined` when nothing was probed. */
export async function probeSpend({ recipe, runFolder }: ShardContext): Promise<ArmSpend | undefined> {
  return journalSpend(probeArmName, [journalFolder(runFolder, 0, 'probe')], (arm) => {
    const endpoint = recipe.arms[arm]?.endpoint
    return endpoint === undefined ? undefined : recipe.endpoints[endpoint]?.price
  })
}
