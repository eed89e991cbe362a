import { z } from 'zod'
import { Acceptable } from '../../schemas/probe.ts'

/** What the ledger calls the probes of all arms together. */
export const probeArmName = 'probe'

/** When endpoints are probed, and what of their findings is accepted. */
export const ProbeSection = z.strictObject({
  when: z
    .enum(['auto', 'never'])
    .default('auto')
    .describe(
      'auto: before something is asked of an arm without a fresh probe, two or three calls find out where its reasoning comes back and whether off is obeyed; never: responses are read by what they look like',
    ),
  max_age_hours: z.number().positive().default(24).describe('a probe that is older is made again'),
  accept: z
    .array(Acceptable)
    .default([])
    .describe('findings that do not end the run, and responses like them that are not set aside'),
})
export type ProbeSection = z.infer<typeof ProbeSection>
