import { UsageError } from '../../schemas/errors.ts'
import { nearestName } from '../../schemas/nearest-name.ts'

/** For a name in a recipe that nothing has. */
export function unknownName(where: string, name: string, known: string[], kind = ''): UsageError {
  const meant = nearestName(name, known)
  return new UsageError(
    `${where}: there is no ${kind}\`${name}\`${meant ? `; did you mean \`${meant}\`?` : `; the recipe has ${known.join(', ')}`}`,
  )
}
