import type { Problem, Task } from '../schemas/problem.ts'

const boxed = 'Please reason step by step, and put your final answer within \\boxed{}.'

/**
 * What is asked of every arm beside the problem, by task. One text for all arms, so that two rows of a pair differ in
 * nothing but the teacher or its mode; the sentence for mathematics is the one that the model cards advise.
 */
export const defaultInstructions: Record<Task, string> = {
  math: boxed,
  numeric: `${boxed} Give the unit if the question asks for one.`,
  choice: 'Please reason step by step, and put only the letter of the correct option within \\boxed{}.',
  text: `${boxed} Keep the final answer as short as the question allows.`,
  code: 'Put the final program in one fenced code block.',
  none: '',
}

/** The user message of a problem: prompt, lettered options if there are any, instruction. */
export function userMessage(
  problem: Pick<Problem, 'prompt' | 'choices' | 'task'>,
  instructions: Partial<Record<Task, string>>,
): string {
  const options = problem.choices
    .map((choice, index) => `${String.fromCodePoint(65 + index)}. ${choice}`)
    .join('\n')
  return [problem.prompt, options, instructions[problem.task] ?? '']
    .filter((part) => part !== '')
    .join('\n\n')
}
