import type { Stage } from '../stage.ts'

/** Whether a stage comes before it is known which problems are asked: it tells what they are, or which ones. */
export function isForChoice({ name }: Pick<Stage, 'name'>): boolean {
  return name === 'classify' || name === 'admit'
}
