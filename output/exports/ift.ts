import { trainingExport } from './training.ts'

/** The rows of the arm that answers without reasoning. */
export const ift = trainingExport(
  'ift',
  'Fine-tuning of instruct models: the same problems, answered without a thinking block.',
)
