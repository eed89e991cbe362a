import type { Drawn } from '../../../review/draw/draw-sample.ts'
import type { PairSource } from '../../../review/pairs/source.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import type { CommandIo } from '../io.ts'
import type { OpenStudent } from '../review/open-student.ts'
import { formatStudent } from './format-student.ts'

/**
 * Prints what a student with its own chat template reads of pairs.
 *
 * @param open opens the one that is named, else the first of `write.targets`
 * @throws UsageError when neither names one, or it has no chat template
 */
export async function showStudent(
  open: () => Promise<OpenStudent | undefined>,
  source: PairSource,
  drawn: readonly Pick<Drawn, 'id'>[],
  { full }: { full: boolean },
  io: CommandIo,
): Promise<void> {
  await using student = await open()
  if (!student)
    throw new UsageError(
      'no student is named; give one with --student ORG/NAME@REVISION or --student ./FOLDER, or name the models that are trained in `write.targets`',
    )
  const shown: { pair_id: string; student: string; texts: Awaited<ReturnType<typeof student.read>> }[] = []
  const printed: string[] = []
  for (const { id } of drawn) {
    const pair = await source.read(id)
    if (!pair) throw new UsageError(`there is no pair ${id}; \`npm run show\` prints the ids of some`)
    const texts = await student.read(pair)
    shown.push({ pair_id: id, student: student.name, texts })
    printed.push(formatStudent(id, { name: student.name, texts }, { width: terminalWidth(io), full }))
  }
  io.reporter.result('student', shown, printed.join('\n\n'))
}
