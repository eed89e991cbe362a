import { type CheckName, checkNames, publicationChecks } from '../../../recipe/publication-checks.ts'
import type { CheckRun } from './check.ts'

/** A check before publishing, ready to be carried out. */
export type PublicationCheck = CheckRun & { name: CheckName; describe: string; override?: string }

/** Loads every check before publishing, in the order of its declaration. */
export async function loadChecks(): Promise<PublicationCheck[]> {
  return Promise.all(
    checkNames.map(async (name) => {
      const { check } = (await import(`./${name.replaceAll('_', '-')}.ts`)) as { check: CheckRun }
      return Object.assign({ name }, publicationChecks[name], check)
    }),
  )
}
