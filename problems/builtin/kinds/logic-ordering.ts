import type { ProblemKind } from '../kind.ts'
import { FIRST_NAMES } from '../names.ts'
import { mistake, text } from '../values.ts'

const THEMES = [
  { more: 'taller than', most: 'tallest', least: 'shortest', what: 'height' },
  { more: 'older than', most: 'oldest', least: 'youngest', what: 'age' },
  { more: 'faster than', most: 'fastest', least: 'slowest', what: 'speed' },
  { more: 'heavier than', most: 'heaviest', least: 'lightest', what: 'weight' },
] as const

/** Puzzles that fix a strict order of people by comparisons of neighbours. */
export const logicOrdering: ProblemKind = {
  name: 'logic-ordering',
  task: 'text',
  domain: 'logic',
  draft(random) {
    const people = random.shuffle(FIRST_NAMES).slice(0, random.integer(4, 6))
    const theme = random.pick(THEMES)
    const clues = random.shuffle(
      people.slice(1).map((person, index) => `${people[index]} is ${theme.more} ${person}`),
    )
    const place = random.integer(0, people.length - 1)
    const wanted = people[place]!
    const question =
      place === 0
        ? `Who is the ${theme.most}?`
        : place === people.length - 1
          ? `Who is the ${theme.least}?`
          : `Who is number ${place + 1}, counted from the ${theme.most}?`
    const others = people.filter((person) => person !== wanted)
    return {
      prompt: random.pick([
        `${clues.join('. ')}. ${question}`,
        `The following is known about ${random.shuffle(people).join(', ')}: ${clues.join('; ')}. ${question}`,
        `${people.length} friends compare their ${theme.what}. ${clues.join('. ')}. ${question} Answer with the name.`,
      ]),
      answer: text(wanted),
      difficulty: people.length > 4 ? 'hard' : 'medium',
      steps: [
        `Each statement links two neighbours in the order.`,
        `The chain starts with ${people[0]}, because nobody is said to be ${theme.more} ${people[0]}.`,
        `Following the statements, the order is ${people.join(' > ')}.`,
        `The person asked for is ${wanted}.`,
      ],
      wrong: random
        .shuffle(others)
        .slice(0, 3)
        .map((person) => mistake(text(person), `Going along the chain, the place belongs to ${person}.`)),
    }
  },
}
