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
import { looping } from './looping.ts'
import type { Spoil } from './spoil.ts'

/** Every spoil, in the order in which they are drawn and applied. */
export const spoils: readonly Spoil[] = [
  wrongAnswer,
  missingBox,
  overlong,
  languageMixing,
  refusal,
  looping,
  emptyContent,
  unclosedThink,
  twoThinkBlocks,
  emptyThink,
  tagsInAnswer,
  chineseAnswer,
]
