import { trainingExporter } from './training.ts'

/** The rows of the arm that reasons. */
export const reasoning = trainingExporter(
  'reasoning',
  'Fine-tuning of reasoning models: the assistant message has its reasoning in a thinking block.',
)
