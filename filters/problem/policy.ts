import { z } from 'zod'
import { policies, type Policy } from '../filter.ts'

/** The option that every problem filter has. */
export function policyOption(standard: Policy) {
  return z
    .enum(policies)
    .default(standard)
    .describe(
      'what becomes of such a problem: it is left out (drop), stays without its reference answers (clear), stays with a warning (warn), or ends the run before anything is asked (fail)',
    )
}
