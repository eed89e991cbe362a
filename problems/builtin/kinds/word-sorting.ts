import type { ProblemKind } from '../kind.ts'
import { NOUNS } from '../names.ts'
import { mistake, text } from '../values.ts'

/** Sorting words alphabetically, whole lists or one place of the list. */
export const wordSorting: ProblemKind = {
  name: 'word-sorting',
  task: 'text',
  domain: 'language',
  draft(random) {
    const words = random.shuffle(NOUNS).slice(0, random.integer(4, 7))
    const sorted = [...words].sort()
    const backwards = random.chance(0.25)
    const list = backwards ? [...sorted].reverse() : sorted
    const order = backwards ? 'reverse alphabetical' : 'alphabetical'
    const swapped = [...list]
    swapped[1] = list[2]!
    swapped[2] = list[1]!
    return {
      prompt: random.pick([
        `Sort these words in ${order} order and separate them with single spaces: ${words.join(', ')}.`,
        `Put the following words into ${order} order, separated by spaces: ${words.join(' ')}`,
        `Arrange in ${order} order: ${words.join(', ')}. Answer with the words only, with spaces between them.`,
      ]),
      answer: text(list.join(' ')),
      difficulty: words.length > 5 ? 'medium' : 'easy',
      steps: [
        `The first letters are ${words.map((word) => `${word[0]} (${word})`).join(', ')}.`,
        `Words that share a first letter are ordered by the next letter that differs.`,
        `${list[0]} comes first and ${list.at(-1)} comes last.`,
        `The list is: ${list.join(' ')}.`,
      ],
      wrong: [
        mistake(text(swapped.join(' ')), `The list is: ${swapped.join(' ')}.`),
        mistake(text([...list].reverse().join(' ')), `Written out, it is: ${[...list].reverse().join(' ')}.`),
        mistake(text(list.slice(0, -1).join(' ')), `In order: ${list.slice(0, -1).join(' ')}.`),
      ],
    }
  },
}
