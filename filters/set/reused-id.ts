import { z } from 'zod'
import type { ProblemSetFilter } from '../set-filter.ts'

const Options = z.strictObject({})

/**
 * An id that the source gives to two problems. There is no way to know which of the two a reference to the id means, so
 * the first problem keeps the id and the later ones are left out.
 */
export const reusedId: ProblemSetFilter<z.infer<typeof Options>, string> = {
  name: 'reused-id',
  version: '1',
  source: 'ids name one problem (own rule)',
  scope: 'set',
  of: 'problem',
  defaultOn: true,
  setBy: null,
  reasons: { duplicate_id: 'The id was given to another problem earlier in the source.' },
  options: Options,
  create: () => ({
    key: ({ problem, idScope }) =>
      problem.source_id === '' ? undefined : `${idScope}\n${problem.source_id}`,
    remember: ({ problem }) => problem.source_id,
    decide: (same) =>
      same.map(({ problem, memory: id }) =>
        problem === same[0]!.problem
          ? undefined
          : {
              reason: 'duplicate_id',
              message: `the id ${JSON.stringify(id)} was given to another problem at ${same[0]!.position}`,
            },
      ),
  }),
}
