/** A difference between labels and findings that somebody has looked at: when it is this one, and why there is one. */
export type Explanation = {
  name: string
  /** Labels that nothing of this name was found for, and findings that nobody labelled, in a row of the kind. */
  labelled: readonly string[]
  found: readonly string[]
  why: string
}

/** Looked at row by row; each says what is generally so, and holds only where its own names meet in one row. */
export const explanations: readonly Explanation[] = [
  {
    name: 'cause and what can be seen of it',
    labelled: ['reasoning_dropped_by_gateway'],
    found: ['no_reasoning'],
    why: 'a response shows that reasoning was asked for and is not there, not who left it out; where the server counts reasoning tokens that it does not send, `reasoning_state` is `hidden`. The filters drop both (think_missing)',
  },
  {
    name: 'marks that are no defect',
    labelled: [],
    found: ['wrapped_answer'],
    why: 'the system message asks for <answer> tags and the answer has them: reading takes them off and records it; nothing is dropped',
  },
  {
    name: 'no tags at all, reasoning marked by words',
    labelled: ['no_close_tag'],
    found: ['section_words'],
    why: 'the label says that there is no closing tag; there is no opening one either: bare words open reasoning and answer, by which reading splits them, so the trace stays',
  },
  {
    name: 'no tags at all, reasoning not marked',
    labelled: ['no_close_tag'],
    found: ['no_reasoning', 'thought_in_answer'],
    why: 'reasoning and answer are one text in which nothing says where the answer begins: it is found as an answer that opens as a thought, and dropped (think_missing)',
  },
  {
    name: 'a matter of the problem',
    labelled: ['unanswerable_problem'],
    found: [],
    why: 'a premise is missing from the problem: the trace has no defect of form, and saying so is the best answer. With a reference answer the verdict decides; without one it is undecided, and `correctness` drops it',
  },
]

/** The explanation of the differences of one row, each difference with the first that holds. */
export function explain(
  labels: ReadonlySet<string>,
  found: ReadonlySet<string>,
): { difference: string; explanation: Explanation | undefined }[] {
  const onlyLabelled = labels.difference(found)
  const onlyFound = found.difference(labels)
  const holds = ({ labelled, found: seen }: Explanation): boolean =>
    labelled.every((name) => onlyLabelled.has(name)) && seen.every((name) => onlyFound.has(name))
  const of = (difference: string, names: 'labelled' | 'found') => ({
    difference: `${difference} is ${names} only`,
    explanation: explanations.find((each) => each[names].includes(difference) && holds(each)),
  })
  return [
    ...[...onlyLabelled].map((name) => of(name, 'labelled')),
    ...[...onlyFound].map((name) => of(name, 'found')),
  ]
}
