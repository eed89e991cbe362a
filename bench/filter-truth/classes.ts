/** A class of defects: what it is called in the truth, which reasons name it, and which other defects bear on it. */
export type DefectClass = {
  name: string
  /** Any of these is the defect. */
  defects: readonly string[]
  /** Any of these reasons finds it. */
  reasons: readonly string[]
  /** Defects that take its place, so that it is not in the text any more. */
  hiddenBy: readonly string[]
  /** Defects that have the same effect, so that a reason which names it is right: a text that was cut has no box either. */
  entailedBy: readonly string[]
}

/** Beside the names of the simulated teacher's spoils these words stand for what its log says otherwise. */
export const cut = 'cut by the token limit'
export const wrong = 'shows a wrong answer'
export const noAnswer = 'shows no answer'
export const copy = 'copy of an earlier answer'
export const aside = 'set aside or empty'

const withoutText = ['empty_content', 'empty_think']
const cutOff = [cut, 'loop', 'overlong', 'unclosed_think']

/** In the order of the table. */
export const defectClasses: readonly DefectClass[] = [
  {
    name: 'wrong answer',
    defects: [wrong],
    reasons: ['incorrect'],
    hiddenBy: [aside],
    entailedBy: [noAnswer],
  },
  {
    name: 'missing box',
    defects: ['missing_box'],
    reasons: ['box_missing', 'box_only_in_reasoning'],
    hiddenBy: [aside, noAnswer],
    entailedBy: [noAnswer],
  },
  {
    name: 'truncation',
    defects: [cut],
    reasons: ['cut_in_think', 'cut_in_answer'],
    hiddenBy: [aside],
    entailedBy: [],
  },
  {
    name: 'loop',
    defects: ['loop'],
    reasons: ['repeated_ngram', 'low_unique_ngrams', 'tail_loop'],
    hiddenBy: [aside],
    entailedBy: [],
  },
  {
    name: 'language mixing',
    defects: ['language_mix', 'chinese_answer'],
    reasons: ['language_mixing'],
    // A text that was cut may end before the foreign words.
    hiddenBy: [aside, ...withoutText, ...cutOff, 'refusal'],
    entailedBy: ['language_mix', 'identity_leak', 'reference_leak'],
  },
  {
    name: 'refusal',
    defects: ['refusal'],
    reasons: ['refusal', 'refusal_text'],
    hiddenBy: [aside],
    entailedBy: [],
  },
  {
    name: 'identity leak',
    defects: ['identity_leak'],
    reasons: ['identity_leak'],
    hiddenBy: [aside, ...withoutText, ...cutOff, 'refusal', 'chinese_answer'],
    // "As an AI language model, I cannot" declines and says what it is.
    entailedBy: ['refusal'],
  },
  {
    name: 'reference leak',
    defects: ['reference_leak'],
    reasons: ['reference_leak'],
    hiddenBy: [aside, ...withoutText, ...cutOff, 'refusal', 'chinese_answer'],
    entailedBy: [],
  },
  {
    name: 'tags',
    defects: ['two_think_blocks', 'tags_in_answer'],
    reasons: [
      'tag_damaged',
      'tags_in_answer',
      'tags_in_reasoning',
      'tags_removed',
      'quarantined_unknown_marks',
      'quarantined_reasoned_though_off',
    ],
    hiddenBy: [cut],
    entailedBy: [],
  },
  {
    name: 'no reasoning',
    defects: ['empty_think'],
    reasons: ['think_missing', 'think_empty'],
    hiddenBy: [aside],
    entailedBy: [],
  },
  {
    name: 'no answer',
    defects: ['empty_content', 'unclosed_think'],
    reasons: ['stop_in_think', 'empty', 'answer_empty'],
    hiddenBy: [],
    entailedBy: [cut, 'two_think_blocks'],
  },
  {
    name: 'duplicate answer',
    defects: [copy],
    reasons: ['duplicate_output'],
    hiddenBy: [aside],
    entailedBy: [],
  },
]

/** A trace as it was spoilt, and what the filters said. */
export type Judged = { key: string; mode: string; defects: ReadonlySet<string>; reasons: readonly string[] }

/** How a class was found. Traces in which another defect hides it count for neither share. */
export type ClassResult = {
  visible: number
  found: number
  /** Traces in which a reason of the class speaks, and how many of them have the defect or one that entails it. */
  named: number
  right: number
  missed: Judged[]
  false: Judged[]
}

/** Counts one class over traces. */
export function countClass(of: DefectClass, all: readonly Judged[]): ClassResult {
  const result: ClassResult = { visible: 0, found: 0, named: 0, right: 0, missed: [], false: [] }
  for (const each of all) {
    const has = (names: readonly string[]): boolean => names.some((name) => each.defects.has(name))
    const isNamed = of.reasons.some((reason) => each.reasons.includes(reason))
    if (has(of.defects) && !has(of.hiddenBy)) {
      result.visible += 1
      if (isNamed) result.found += 1
      else result.missed.push(each)
    }
    if (!isNamed) continue
    result.named += 1
    if (has(of.defects) || has(of.entailedBy)) result.right += 1
    else result.false.push(each)
  }
  return result
}
