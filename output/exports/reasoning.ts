import { trainingExport } from './training.ts'

/** The rows of the arm that reasons. */
export const reasoning = trainingExport(
  'reasoning',
  'Fine-tuning of reasoning models: the assistant message has its reasoning in a thinking block.',
)
