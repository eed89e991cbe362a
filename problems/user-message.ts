import type { Problem, Task } from '../schemas/problem.ts'

/** The user message of a problem: prompt, lettered options if there are any, instruction. */
export function userMessage(
  problem: Pick<Problem, 'prompt' | 'choices' | 'task'>,
  instructions: Readonly<Record<Task, string>>,
): string {
  const options = problem.choices
    .map((choice, index) => `${String.fromCodePoint(65 + index)}. ${choice}`)
    .join('\n')
  return [problem.prompt, options, instructions[problem.task] ?? '']
    .filter((part) => part !== '')
    .join('\n\n')
}
