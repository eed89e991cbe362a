import { UsageError } from '../../schemas/errors.ts'
import { pinnedFileOf } from '../../hub/read/pinned-file.ts'
import type { Family } from '../families/family.ts'

/** What a recipe writes for the tokenizer that is known of a teacher. */
const known = 'own'

/**
 * The tokenizer of an arm as it is recorded: a path, `hub:ORG/NAME@COMMIT/PATH`, or nothing, which counts lengths with
 * the vocabulary of gpt-oss.
 *
 * @throws UsageError for a name of the Hub that says no commit, and where `own` is not known
 */
export function resolveTokenizer(stated: string | undefined, teacher: Family): string {
  if (stated === undefined) return ''
  if (stated === known) return ownOf(teacher)
  // The name of a repository stands for the file that every one has.
  const name = /^hub:[^@]*@[^/]*$/u.test(stated) ? `${stated}/tokenizer.json` : stated
  pinnedFileOf(name)
  return name
}

function ownOf({ label, charactersPerToken, tokenizer }: Family): string {
  if (charactersPerToken === null) return ''
  if (tokenizer !== undefined) return tokenizer
  throw new UsageError(
    `tokenizer: ${known} is not known here for ${label}; write hub:ORG/NAME@COMMIT with its repository on the Hub, or the path of its tokenizer.json`,
  )
}
