import type { Exporter } from './exporter.ts'
import { trainingExporter } from './training.ts'

/** The rows of one arm of a comparison of teachers, named after its label. */
export function teacher(label: string): Exporter {
  return trainingExporter(
    label,
    `Fine-tuning on one teacher: the same problems, answered by the arm ${label}.`,
  )
}
