import { chineseAnswer } from './chinese.ts'
import { overlong, refusal, wrongAnswer } from './content-spoils.ts'
import {
  emptyContent,
  emptyThink,
  missingBox,
  tagsInAnswer,
  twoThinkBlocks,
  unclosedThink,
} from './format-breaking.ts'
import { languageMixing } from './language-mixing.ts'
import { identityLeak, referenceLeak } from './leaks.ts'
import { looping } from './looping.ts'
import type { Spoil } from './spoil.ts'

/** Every spoil, in the order in which they are drawn and applied. */
export const spoils: readonly Spoil[] = [
  wrongAnswer,
  missingBox,
  overlong,
  languageMixing,
  identityLeak,
  referenceLeak,
  refusal,
  looping,
  emptyContent,
  unclosedThink,
  twoThinkBlocks,
  emptyThink,
  tagsInAnswer,
  chineseAnswer,
]
