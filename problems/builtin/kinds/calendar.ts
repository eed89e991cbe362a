import type { ProblemKind } from '../kind.ts'
import { mistake, text } from '../values.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** Days of the week after or before a number of days. */
export const calendar: ProblemKind = {
  name: 'calendar',
  task: 'text',
  domain: 'calendar',
  draft(random) {
    const start = random.integer(0, 6)
    const days = random.integer(8, 400)
    const forward = random.chance(0.6)
    const rest = days % 7
    const end = (((start + (forward ? days : -days)) % 7) + 7) % 7
    const [today, result] = [WEEKDAYS[start]!, WEEKDAYS[end]!]
    const other = (((start + (forward ? -days : days)) % 7) + 7) % 7
    const off = (end + 1) % 7
    return {
      prompt: random.pick([
        forward
          ? `Today is ${today}. What day of the week will it be in ${days} days?`
          : `Today is ${today}. What day of the week was it ${days} days ago?`,
        forward
          ? `A parcel is sent on a ${today} and arrives exactly ${days} days later. On which weekday does it arrive?`
          : `A plant was watered on a ${today}, exactly ${days} days after it was bought. On which weekday was it bought?`,
        forward
          ? `Which weekday is ${days} days after a ${today}?`
          : `Which weekday is ${days} days before a ${today}?`,
      ]),
      answer: text(result),
      difficulty: days > 100 ? 'medium' : 'easy',
      steps: [
        `Weekdays repeat every 7 days.`,
        `${days} = 7 · ${Math.floor(days / 7)} + ${rest}, so only ${rest} ${rest === 1 ? 'day counts' : 'days count'}.`,
        `${rest} ${rest === 1 ? 'day' : 'days'} ${forward ? 'after' : 'before'} ${today} is ${result}.`,
      ],
      wrong: [
        mistake(text(WEEKDAYS[off]!), `Counting on the fingers from ${today}, that is ${WEEKDAYS[off]}.`),
        mistake(
          text(WEEKDAYS[other]!),
          `Going ${rest} ${rest === 1 ? 'step' : 'steps'} through the week from ${today} leads to ${WEEKDAYS[other]}.`,
        ),
      ],
    }
  },
}
