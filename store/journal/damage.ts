import { RunError } from '../../schemas/errors.ts'

/** A line of a journal that is not what was written, or lines that are gone. */
export type JournalDamage =
  | {
      /** What is wrong with it. */
      problem: string
      file: string
      /** Counted from 1; 0 where the line was fetched by its place. */
      number: number
      offset: number
      length: number
      bytes: Buffer
    }
  | {
      problem: 'missing'
      /** The attempt whose files are shorter than they were when it ended. */
      folder: string
      bytes: number
    }

/** Where the damage is and what it held, as far as that can still be read. */
export function describeDamage(damage: JournalDamage): string {
  if (damage.problem === 'missing' && 'folder' in damage)
    return `${damage.folder}: ${damage.bytes} bytes of this journal are gone since it was closed`
  if (!('file' in damage)) return damage.problem
  const { file, number, offset, problem, bytes } = damage
  const place = number > 0 ? `${file}:${number}` : `${file} at byte ${offset}`
  return `${place}: this journal line is damaged (${problem}); it held ${heldBy(bytes)}`
}

/** What a damaged line held. Every member is looked for by itself, because the line as a whole cannot be read. */
function heldBy(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const member = (name: string): string | undefined =>
    new RegExp(`"${name}":"?([\\w.@:/-]{1,80})`).exec(text)?.[1]
  const what = kinds[/^.{0,3}type.{0,3}(\w+)/.exec(text)?.[1] ?? ''] ?? 'a line of an unknown kind'
  const problem = member('problem_id')
  const arm = member('arm')
  const tokens = member('completion_tokens')
  return [
    what,
    problem === undefined ? '' : ` about problem ${problem}`,
    arm === undefined ? '' : ` of ${arm}`,
    tokens !== undefined && /^\d+$/.test(tokens) ? `, ${tokens} completion tokens` : '',
  ].join('')
}

const kinds: Readonly<Record<string, string>> = {
  intent: 'a note that something was to be asked',
  exported: 'a note that something is in a batch',
  answered: 'an answer',
  failed: 'a failure',
}

/** One line for the first damage, with the number of the others and what can be done about them. */
export function damageError(damages: readonly JournalDamage[]): RunError {
  const others = damages.length - 1
  return new RunError(
    `${describeDamage(damages[0]!)}${others > 0 ? ` (and ${others} more)` : ''}; nothing is asked until you decide: restore the journal from a backup, or see with \`npm run repair -- RECIPE\` what is mended for free and what would have to be bought again`,
  )
}
