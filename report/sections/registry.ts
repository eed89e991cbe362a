import { accuracy } from './accuracy.ts'
import { budget } from './budget.ts'
import { cost } from './cost.ts'
import { dataset } from './dataset.ts'
import { difficulty } from './difficulty.ts'
import { funnel } from './funnel.ts'
import { leaks } from './leaks.ts'
import { lengths } from './lengths.ts'
import { paired } from './paired.ts'
import { passes } from './passes.ts'
import { ratio } from './ratio.ts'
import { reflection } from './reflection.ts'
import type { SectionMaker } from './section.ts'
import { truncation } from './truncation.ts'
import { verifier } from './verifier.ts'

/** Every section of a report, in its order. */
export const sections: readonly SectionMaker[] = [
  funnel,
  accuracy,
  paired,
  lengths,
  budget,
  passes,
  difficulty,
  ratio,
  truncation,
  verifier,
  reflection,
  cost,
  leaks,
  dataset,
]
