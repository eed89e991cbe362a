import type { ProblemKind } from '../kind.ts'
import { mistake, whole } from '../values.ts'

/** Committees with two kinds of members, and arrangements of the letters of a word. */
export const combinatorics: ProblemKind = {
  name: 'combinatorics',
  task: 'math',
  domain: 'combinatorics',
  draft(random) {
    return random.chance(0.6) ? committee() : seating()

    function committee(): ReturnType<ProblemKind['draft']> {
      const [men, women] = [random.integer(4, 11), random.integer(4, 11)]
      const [k, l] = [random.integer(2, 3), random.integer(2, 3)]
      const [left, right] = [choose(men, k), choose(women, l)]
      const [first, second] = random.pick([
        ['teachers', 'students'],
        ['engineers', 'designers'],
        ['violinists', 'cellists'],
        ['red cards', 'blue cards'],
      ] as const)
      return {
        prompt: random.pick([
          `In how many ways can ${k} ${first} and ${l} ${second} be chosen from ${men} ${first} and ${women} ${second}?`,
          `From a group of ${men} ${first} and ${women} ${second}, a selection of exactly ${k} ${first} and ${l} ` +
            `${second} is made. How many selections are possible?`,
          `There are ${men} ${first} and ${women} ${second}. How many different groups consist of ${k} ${first} ` +
            `together with ${l} ${second}?`,
        ]),
        answer: whole(left * right),
        difficulty: 'medium',
        steps: [
          `The ${first} can be chosen in $\\binom{${men}}{${k}} = ${left}$ ways.`,
          `The ${second} can be chosen in $\\binom{${women}}{${l}} = ${right}$ ways.`,
          `The choices are independent, so there are $${left} \\cdot ${right} = ${left * right}$ selections.`,
        ],
        checks: [`Choosing the ${second} first gives $${right} \\cdot ${left}$, the same number.`],
        wrong: [
          mistake(
            whole(left + right),
            `Adding the two counts gives $${left} + ${right} = ${left + right}$ selections.`,
          ),
          mistake(
            whole(choose(men + women, k + l)),
            `All in all that is $\\binom{${men + women}}{${k + l}} = ${choose(men + women, k + l)}$ selections.`,
          ),
          mistake(
            whole(left * right * factorial(k)),
            `Taking the order into account, there are $${left * right * factorial(k)}$ selections.`,
          ),
        ],
      }
    }

    function seating(): ReturnType<ProblemKind['draft']> {
      const people = random.integer(4, 9)
      const places = random.integer(2, people)
      let value = 1
      for (let factor = people; factor > people - places; factor--) value *= factor
      const group = random.pick(['runners', 'books', 'paintings', 'guests', 'flags', 'songs'])
      const goal = random.pick([
        'arranged in a row',
        'put in order one after another',
        'lined up from left to right',
      ])
      return {
        prompt: random.pick([
          `In how many ways can ${places} of ${people} different ${group} be ${goal}?`,
          `How many ordered lists of ${places} different ${group} can be made from ${people} ${group}, if they are ${goal}?`,
        ]),
        answer: whole(value),
        difficulty: 'easy',
        steps: [
          `There are $${people}$ possibilities for the first place, and one fewer for each place that follows.`,
          `With $${places}$ places the count is $${Array.from({ length: places }, (_, index) => people - index).join(' \\cdot ')}$.`,
          `That product is $${value}$.`,
        ],
        wrong: [
          mistake(
            whole(choose(people, places)),
            `Without regard to order this is $${choose(people, places)}$.`,
          ),
          mistake(
            whole(people ** places),
            `So there are $${people}^{${places}} = ${people ** places}$ ways.`,
          ),
          mistake(whole(value * 2), `Both directions count, which gives $${value * 2}$.`),
        ],
      }
    }
  },
}

function choose(n: number, k: number): number {
  let value = 1
  for (let index = 1; index <= k; index++) value = (value * (n - k + index)) / index
  return value
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1)
}
