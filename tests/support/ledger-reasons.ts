import type { Ledger } from '../../schemas/ledger.ts'

/** Every reason code that a ledger counts anything under. */
export function reasonsIn({ problems, samples, pairs, verdicts, sampling, tokens }: Ledger): string[] {
  const tallies = [
    problems.lost,
    pairs.lost,
    ...samples.map(({ lost }) => lost),
    ...Object.values(verdicts),
    ...sampling.map(({ ended }) => ended),
  ]
  const ofTokens = tokens.map(({ reason }) => reason).filter((reason) => reason !== '')
  return [...new Set([...tallies.flatMap((tally) => Object.keys(tally)), ...ofTokens])].sort()
}
