/** One final answer of a problem: who gave it and what it says. */
export type Vote = { teacher: string; answer: string }

/** Answers that mean the same, most frequent first; `votes` are indices into the given votes. */
export type AnswerGroup = { answer: string; votes: number[] }

/** Tells of each answer whether it means the same as the first argument. */
export type SameAnswers = (answer: string, others: readonly string[]) => Promise<boolean[]>

/** Groups that are told apart at most: a problem with more different answers has no majority worth the name. */
const mostGroups = 32

/**
 * Sorts final answers into groups that mean the same, largest first and among equals the one that came first. Answers
 * are compared by the verifier of the task, so `1/2` and `0.5` stand together.
 */
export async function groupAnswers(votes: readonly Vote[], same: SameAnswers): Promise<AnswerGroup[]> {
  const written = new Map<string, number[]>()
  for (const [index, { answer }] of votes.entries()) {
    const known = written.get(answer)
    if (known) known.push(index)
    else written.set(answer, [index])
  }
  let open = [...written].map(([answer, own]) => ({ answer, votes: own })).toSorted(bySize)
  const groups: AnswerGroup[] = []
  while (open.length > 0 && groups.length < mostGroups) {
    const [first, ...rest] = open as [AnswerGroup, ...AnswerGroup[]]
    const equal =
      rest.length === 0
        ? []
        : await same(
            first.answer,
            rest.map((group) => group.answer),
          )
    const joined = rest.filter((_group, index) => equal[index])
    groups.push({
      answer: first.answer,
      votes: [first, ...joined].flatMap((group) => group.votes).toSorted((a, b) => a - b),
    })
    open = rest.filter((_group, index) => !equal[index])
  }
  return groups.toSorted(bySize)
}

/** The group that is larger than every other, if it has so large a share of all votes and so many of them. */
export function majorityOf(
  groups: readonly AnswerGroup[],
  total: number,
  least: { share: number; votes: number },
): AnswerGroup | undefined {
  const [first, second] = groups
  if (first === undefined || first.votes.length === second?.votes.length) return undefined
  const enough = first.votes.length >= least.votes && first.votes.length >= least.share * total
  return enough ? first : undefined
}

/** The answer that two teachers each give more often than any other. */
export function agreedByTeachers(
  groups: readonly AnswerGroup[],
  votes: readonly Vote[],
): AnswerGroup | undefined {
  const favourites = [...new Set(votes.map((vote) => vote.teacher))].map((teacher) =>
    majorityOf(
      groups
        .map(({ answer, votes: own }) => ({
          answer,
          votes: own.filter((index) => votes[index]!.teacher === teacher),
        }))
        .toSorted(bySize),
      0,
      { share: 0, votes: 1 },
    ),
  )
  return groups.find(
    ({ answer }) => favourites.filter((favourite) => favourite?.answer === answer).length >= 2,
  )
}

function bySize(a: AnswerGroup, b: AnswerGroup): number {
  return b.votes.length - a.votes.length || (a.votes[0] ?? 0) - (b.votes[0] ?? 0)
}
