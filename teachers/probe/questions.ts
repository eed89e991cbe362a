/**
 * What an arm that must not reason is asked besides: one word answers it, so that reasoning gives itself away by length
 * wherever it is and whatever marks it has. It comes without the recipe's instructions, which ask for steps.
 */
export const oneWordQuestion = 'Is 7 a prime number? Reply with one word and nothing else.'

/** A question with a known answer. */
export type ProbeQuestion = { prompt: string; answer: string }

/**
 * What an arm is asked to find out how its endpoint answers: short, answered alike by every model, and of two steps, so
 * that a model that can reason does. The wordings are of the built-in problems, which the simulated teacher knows.
 */
export const probeQuestions = {
  first: { prompt: 'Simplify $60 + 12 \\cdot (13 - 4) - 8$ to a single integer.', answer: '160' },
  second: {
    prompt:
      'During a sale every item is 25% off. How many dollars does a backpack that normally costs 193 dollars cost in the sale?',
    answer: '144.75',
  },
} as const satisfies Record<string, ProbeQuestion>
