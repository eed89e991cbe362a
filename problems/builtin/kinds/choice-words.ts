import type { ProblemKind } from '../kind.ts'
import { NOUNS } from '../names.ts'
import { letterOf } from '../options-for.ts'
import { mistake } from '../values.ts'

/** Multiple choice about words: alphabetical order, length and letters. */
export const choiceWords: ProblemKind = {
  name: 'choice-words',
  task: 'choice',
  domain: 'language',
  draft(random) {
    const pivot = random.pick(NOUNS)
    const letter = random.pick(['a', 'e', 'i', 'o', 'u', 'l', 'n', 'r', 't'])
    const rule = random.pick([
      {
        question: random.pick([
          `Which of these words comes after "${pivot}" in the dictionary?`,
          `In alphabetical order, which word stands after "${pivot}"?`,
          `Choose the word that is sorted after "${pivot}".`,
        ]),
        holds: (word: string) => word > pivot,
        why: (word: string) => `"${word}" is sorted behind "${pivot}"`,
      },
      {
        question: random.pick([
          `Which of these words comes before "${pivot}" in the dictionary?`,
          `In alphabetical order, which word stands before "${pivot}"?`,
          `Choose the word that is sorted before "${pivot}".`,
        ]),
        holds: (word: string) => word < pivot,
        why: (word: string) => `"${word}" is sorted in front of "${pivot}"`,
      },
      {
        question: `Which of the words has more letters than "${pivot}" and contains the letter "${letter}"?`,
        holds: (word: string) => word.length > pivot.length && word.includes(letter),
        why: (word: string) => `"${word}" has ${word.length} letters and one of them is "${letter}"`,
      },
    ])
    const words = random.shuffle(NOUNS).filter((word) => word !== pivot)
    const hit = words.find((word) => rule.holds(word))
    const decoys = words.filter((word) => !rule.holds(word)).slice(0, 3)
    if (hit === undefined || decoys.length < 3) return this.draft(random)
    const choices = random.shuffle([hit, ...decoys])
    const right = letterOf(choices.indexOf(hit))
    return {
      prompt: rule.question,
      choices,
      answer: { kind: 'letter', letter: right, option: hit },
      difficulty: 'easy',
      steps: [
        `The options are ${choices.join(', ')}, to be compared with "${pivot}".`,
        `Only one of them qualifies: ${rule.why(hit)}.`,
        `That is option ${right}.`,
      ],
      wrong: decoys.map((word) =>
        mistake(
          { kind: 'letter', letter: letterOf(choices.indexOf(word)), option: word },
          `Looking at the first letters, "${word}" seems to be the one, so option ${letterOf(choices.indexOf(word))}.`,
        ),
      ),
    }
  },
}
