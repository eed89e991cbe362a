import type { ArmText } from '../../../review/pairs/student.ts'
import { printable } from '../../reporter/printable.ts'
import { wrap } from '../../reporter/side-by-side.ts'

/** Lines of a stretch before it is shortened in the middle. */
const stretchLines = 30

type Form = { width: number; full: boolean }

/** What a student reads of a pair: `┃` stands before every line that is trained. */
export function formatStudent(
  id: string,
  { name, texts }: { name: string; texts: readonly ArmText[] },
  form: Form,
): string {
  const head = `pair ${id}, as ${printable(name)} sees it`
  return [head, ...texts.map((text) => formatText(text, form))].join('\n\n')
}

function formatText({ arm, form, text, trained, wrong }: ArmText, { width, full }: Form): string {
  const count = trained.reduce((sum, { start, end }) => sum + end - start, 0)
  const lines = [
    ...wrap(`${arm}: ${count} of ${text.length} characters trained (${printable(form)})`, width),
    ...(wrong === '' ? [] : wrap(`! ${printable(wrong)}`, width)),
  ]
  const add = (part: string, mark: string): void => {
    if (part === '') return
    const own = wrap(printable(part), width - 2)
    const left = own.length - stretchLines
    const half = stretchLines / 2
    const shown =
      full || left <= 2
        ? own
        : [...own.slice(0, half), `… ${left} lines left out, --full shows them …`, ...own.slice(-half)]
    for (const line of shown) lines.push(`${mark} ${line}`.trimEnd())
  }
  let at = 0
  for (const { start, end } of trained) {
    add(text.slice(at, start).replace(/\n$/u, ''), ' ')
    add(text.slice(start, end).replace(/\n$/u, ''), '┃')
    at = end
  }
  add(text.slice(at).replace(/\n$/u, ''), ' ')
  return lines.join('\n')
}
