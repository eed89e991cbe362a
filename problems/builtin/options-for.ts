import type { Random } from './random.ts'

/** Three or four distinct options with the right one among them, in random order. */
export function optionsFor(
  right: string,
  decoys: readonly string[],
  random: Random,
): { choices: string[]; correct: number } {
  const others = random.shuffle([...new Set(decoys)].filter((decoy) => decoy !== right))
  const choices = random.shuffle([right, ...others.slice(0, random.pick([3, 3, 3, 4]))])
  return { choices, correct: choices.indexOf(right) }
}

/** A, B, C, … for the places of the options. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + index)
}
