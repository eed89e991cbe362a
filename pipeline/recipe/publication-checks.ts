/** What is known of a check before publishing without carrying it out. */
type Declared = {
  /** What it makes sure of, in one line. */
  describe: string
  /** Where a recipe says that its findings are accepted, if not in `push.accept`. */
  override?: string
}

/**
 * Every check before publishing in its order: those that read little come first. A further one is a line here and
 * `commands/push/checks/NAME.ts`, with dashes for underscores, which exports it as `check`.
 */
export const publicationChecks = {
  licence: {
    describe: 'the card names a licence, and every source of problems has one',
    override: 'write.license',
  },
  card: { describe: 'the card gives the rows that the footers of the shards count' },
  review: {
    describe: 'people have looked at as many pairs, and accepted as many, as the recipe demands',
    override: 'push.review',
  },
  pair_keys: {
    describe: 'no pair is in a matched configuration twice, and all of them have the same in the same order',
  },
  complete_rows: { describe: 'no id, prompt, teacher, model, mode, sampling or finish state is missing' },
  gold_suspect: { describe: 'no reference of a selected answer is in doubt' },
  contamination: { describe: 'no problem is an item of a benchmark, or holds a part of one' },
  form: {
    describe:
      'an arm that reasons has one block of reasoning and an answer, one that does not an answer without tags or thinking aloud',
  },
  verdicts: {
    describe:
      'answers that are called right are found right again by their verifier, in a sample of the seed',
  },
  render: { describe: 'every row comes out right in the chat templates of the models that it is made for' },
  local_paths: { describe: 'no text names a folder of this machine' },
  secrets: {
    describe: "no file holds the Hub token, a key of an endpoint, or what has the form of anybody's key",
    override: 'write.not_secrets',
  },
} as const satisfies Record<string, Declared>

export type CheckName = keyof typeof publicationChecks
export const checkNames = Object.keys(publicationChecks) as CheckName[]

/** Whose findings `push.accept` may take as they are. The others have a key of their own. */
export const acceptableChecks = checkNames.filter((name) => !('override' in publicationChecks[name]))
