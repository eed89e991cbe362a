import { cardCheck } from './card.ts'
import type { PublicationCheck } from './check.ts'
import { completeRowsCheck } from './complete-rows.ts'
import { contaminationCheck } from './contamination.ts'
import { formCheck } from './form.ts'
import { goldSuspectCheck } from './gold-suspect.ts'
import { licenceCheck } from './licence.ts'
import { localPathsCheck } from './local-paths.ts'
import { pairKeysCheck } from './pair-keys.ts'
import { renderCheck } from './render.ts'
import { reviewCheck } from './reviews.ts'
import { secretsCheck } from './secrets.ts'
import { verdictsCheck } from './verdicts.ts'

/** Every check before publishing in its order: those that read little come first. */
export const publicationChecks: readonly PublicationCheck[] = [
  licenceCheck,
  cardCheck,
  reviewCheck,
  pairKeysCheck,
  completeRowsCheck,
  goldSuspectCheck,
  contaminationCheck,
  formCheck,
  verdictsCheck,
  renderCheck,
  localPathsCheck,
  secretsCheck,
]
