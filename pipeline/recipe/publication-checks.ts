/** Checks before publishing whose findings `push.accept` may take as they are. The others have a key of their own, or none. */
export const acceptableChecks = [
  'card',
  'complete_rows',
  'pair_keys',
  'form',
  'verdicts',
  'gold_suspect',
  'contamination',
  'local_paths',
  'render',
] as const
export type AcceptableCheck = (typeof acceptableChecks)[number]
