import { batchCommand } from './batch.ts'
import type { Command } from './command.ts'
import { filtersCommand } from './filters.ts'
import { gradeCommand } from './grade.ts'
import { inspectCommand } from './inspect.ts'
import { planCommand } from './plan.ts'
import { probeCommand } from './probe.ts'
import { pushCommand } from './push.ts'
import { renderCommand } from './render.ts'
import { repairCommand } from './repair.ts'
import { reportCommand } from './report.ts'
import { reviewCommand } from './review.ts'
import { showCommand } from './show.ts'
import { distillCommand, stageCommands } from './stages.ts'
import { statusCommand } from './status.ts'
import { workerCommand } from './worker.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  distillCommand,
  ...stageCommands,
  workerCommand,
  planCommand,
  probeCommand,
  statusCommand,
  reportCommand,
  repairCommand,
  showCommand,
  reviewCommand,
  renderCommand,
  batchCommand,
  pushCommand,
  inspectCommand,
  gradeCommand,
  filtersCommand,
]
