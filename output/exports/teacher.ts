import type { ExportFamily } from './export.ts'
import { trainingExport } from './training.ts'

/** The rows of one arm of a comparison of teachers, named after its role. */
export const teacher: ExportFamily = {
  names: (arms) => arms.map((arm) => arm.role),
  make: (role) =>
    trainingExport(role, `Fine-tuning on one teacher: the same problems, answered by the arm ${role}.`),
}
