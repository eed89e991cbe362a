import { findSecrets, secretText } from '../../../../output/dataset/find-secrets.ts'
import { RunError } from '../../../../schemas/errors.ts'
import { secretsOf } from '../../../recipe/secrets-of.ts'
import type { CheckRun } from './check.ts'

export const check: CheckRun = {
  async run({ folder, manifest: { totals }, context: { recipe }, io: { environment, reporter } }) {
    let done = 0
    const found = await findSecrets(folder, secretsOf(recipe, environment), {
      onBytes(bytes) {
        done = Math.min(totals.bytes, done + bytes)
        reporter.transfer({ phase: 'looking for secrets', done, total: totals.bytes, unit: 'bytes' })
      },
      allowed: recipe.write.not_secrets ?? [],
    })
    if (found.length > 0) throw new RunError(secretText(found, 'nothing was sent'))
    return 'every byte and every text was looked through'
  },
}
