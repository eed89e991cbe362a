/** Words with which a thought turns: the list of DLER (arXiv 2510.15110), one spelling of "Hmm". */
const turns = 'not sure|going back|trace back|alternatively|backtrack|however|another|hmm+|wait|but'

const anyTurn = new RegExp(String.raw`\b(?:${turns})\b`, 'gi')
const turnFirst = new RegExp(String.raw`^\W*(?:${turns})\b`, 'i')

/** How often the words of DLER's list occur; English only. */
export function countTurns(text: string): number {
  return text.match(anyTurn)?.length ?? 0
}

/** The steps of a trace, which blank lines separate (DLER), and how many open with a word of DLER's list. */
export function countSteps(text: string): { steps: number; turning: number } {
  let steps = 0
  let turning = 0
  for (const step of text.split(/\n[ \t\r]*\n\s*/)) {
    if (step.trim() === '') continue
    steps += 1
    if (turnFirst.test(step.slice(0, 80))) turning += 1
  }
  return { steps, turning }
}

/** How often the words occur by which LIMO (arXiv 2502.03387) scores traces, as far as the paper names them. */
export function countLimoWords(text: string): { verify: number; tentative: number; connective: number } {
  const count = (words: RegExp): number => text.match(words)?.length ?? 0
  return {
    verify: count(/\b(?:check|verify)\b/gi),
    tentative: count(/\b(?:perhaps|might)\b/gi),
    connective: count(/\b(?:therefore|since)\b/gi),
  }
}
