import { NOUNS } from '../../../problems/builtin/names.ts'
import type { Random } from '../../../problems/builtin/random.ts'

/** Small true statements about the words of a problem and others like them: what `sideWork` says where numbers have no place. */
export function wordWork(text: string, random: Random): (reach: number) => string {
  const own = [...new Set(text.match(/\b\p{L}{4,14}\b/gu) ?? [])]
  return (reach) => {
    // The words of the problem first; farther away others for comparison.
    const pool = own.length < 4 || random.chance(reach / 40) ? NOUNS : own
    const [first, second] = [random.pick(pool), random.pick(pool)]
    return random.pick(first === second ? SINGLE : [...SINGLE, ...DOUBLE])(first, second, random)
  }
}

type Statement = (first: string, second: string, random: Random) => string

const SINGLE: readonly Statement[] = [
  (word, _other, random) => {
    const at = random.integer(1, word.length)
    return random.pick([
      `Letter number ${at} of "${word}" is ${word[at - 1]}.`,
      `In "${word}" the letter in place ${at} is ${word[at - 1]}, counted from the front.`,
      `Counting from the back of "${word}", place ${at} is ${word[word.length - at]}.`,
    ])
  },
  (word, _other, random) => {
    const vowels = (word.match(/[aeiou]/gi) ?? []).length
    return random.pick([
      `"${word}" has ${word.length} letters, ${vowels} of them vowels.`,
      `Counting "${word}": ${vowels} vowels and ${word.length - vowels} other letters.`,
      `"${word}" starts with ${word[0]} and ends with ${word.at(-1)}, ${word.length} letters in all.`,
    ])
  },
  (word, _other, random) =>
    random.pick([
      `Spelled out, that one is ${word.split('').join('-')}.`,
      `Letter by letter: ${word.split('').join(' ')}.`,
      `The first half of "${word}" is ${word.slice(0, word.length / 2)}, the rest ${word.slice(Math.floor(word.length / 2))}.`,
    ]),
]

const DOUBLE: readonly Statement[] = [
  (first, second, random) => {
    const [before, after] = first.toLowerCase() < second.toLowerCase() ? [first, second] : [second, first]
    return random.pick([
      `Between "${first}" and "${second}", the dictionary has "${before}" first.`,
      `"${after}" would be sorted after "${before}".`,
      `Comparing "${first}" with "${second}", the one that comes earlier is "${before}".`,
    ])
  },
  (first, second, random) => {
    const difference = first.length - second.length
    const relation = difference === 0 ? 'as long as' : difference > 0 ? 'longer than' : 'shorter than'
    return random.pick([
      `"${first}" is ${relation} "${second}".`,
      `By length, "${first}" with ${first.length} letters is ${relation} "${second}" with ${second.length}.`,
    ])
  },
  (first, second, random) => {
    const shared = [...new Set(first.toLowerCase())].filter((letter) => second.toLowerCase().includes(letter))
    const what = shared.length === 0 ? 'no letter' : `the letters ${shared.join(', ')}`
    return random.pick([
      `"${first}" and "${second}" have ${what} in common.`,
      `Shared by "${first}" and "${second}": ${what}.`,
    ])
  },
]
