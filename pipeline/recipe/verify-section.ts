import { z } from 'zod'
import { allVerifiers } from '../../verifiers/all-verifiers.ts'
import { JudgeSection } from './judge-section.ts'
import { withDefaults } from './with-defaults.ts'

const MajoritySection = z.strictObject({
  min_share: z
    .number()
    .gt(0)
    .max(1)
    .default(0.5)
    .describe("least share of a problem's answers that must say the same"),
  min_votes: z.int().min(1).default(4).describe('least number of them'),
  repair_gold: z
    .boolean()
    .default(false)
    .describe('whether such a majority also replaces a reference that it makes suspect'),
})

/** How answers are checked; each verifier has its own section. */
export const VerifySection = z.strictObject({
  workers: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('verification threads; by default one less than the processors'),
  timeout_ms: z
    .int()
    .min(50)
    .default(5000)
    .describe('an answer that takes longer to check is killed and gets the verdict `timeout`'),
  judge: JudgeSection.optional().describe('a model that is asked where the rules say no'),
  majority: z
    .union([z.boolean(), MajoritySection])
    .default(false)
    .transform((stated) => (stated === true ? MajoritySection.parse({}) : stated))
    .describe('whether the majority of the answers stands in for a missing reference'),
  ...Object.fromEntries(allVerifiers.map((verifier) => [verifier.name, withDefaults(verifier.options)])),
})
