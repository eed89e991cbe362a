import type { ProblemKind } from '../kind.ts'
import { exactDecimal, rational } from '../rational.ts'
import { decimal, mistake } from '../values.ts'

/** Means and medians of short data lists; the answer is a decimal. */
export const statistics: ProblemKind = {
  name: 'statistics',
  task: 'math',
  domain: 'statistics',
  draft(random) {
    const count = random.pick([4, 5, 8, 10])
    const data = Array.from({ length: count }, () => random.integer(1, 60))
    const total = data.reduce((left, right) => left + right, 0)
    const sorted = [...data].sort((left, right) => left - right)
    const middle = rational(sorted[Math.floor((count - 1) / 2)]! + sorted[Math.ceil((count - 1) / 2)]!, 2)
    const unsorted = rational(data[Math.floor((count - 1) / 2)]! + data[Math.ceil((count - 1) / 2)]!, 2)
    const mean = rational(total, count)
    const wantsMean = random.chance(0.5)
    const what = wantsMean ? 'mean' : 'median'
    const setting = random.pick(['the data set', 'the list', 'these measurements:', 'the following scores:'])
    const value = wantsMean ? mean : middle
    const range = rational(sorted[count - 1]! - sorted[0]!)
    return {
      prompt: random.pick([
        `Find the ${what} of ${setting} ${data.join(', ')}.`,
        `What is the ${what} of ${data.join(', ')}? Give a decimal if the result is not an integer.`,
        `Compute the ${what} of the numbers $${data.join(', ')}$.`,
      ]),
      answer: decimal(value),
      difficulty: 'easy',
      steps: wantsMean
        ? [
            `There are ${count} numbers.`,
            `Their sum is ${total}.`,
            `The mean is ${total} / ${count} = ${exactDecimal(value)}.`,
          ]
        : [
            `In order the numbers are ${sorted.join(', ')}.`,
            count % 2 === 1
              ? `With ${count} numbers the median is number ${(count + 1) / 2} in this order.`
              : `With ${count} numbers the median is halfway between number ${count / 2} and number ${count / 2 + 1}.`,
            `So the median is ${exactDecimal(value)}.`,
          ],
      wrong: wantsMean
        ? [
            mistake(decimal(middle), `The value in the middle is ${exactDecimal(middle)}.`),
            mistake(decimal(rational(total)), `All in all this gives ${total}.`),
            mistake(
              decimal(rational(total + count, count)),
              `The mean is ${exactDecimal(rational(total + count, count))}.`,
            ),
          ]
        : [
            mistake(decimal(unsorted), `The middle of the list is ${exactDecimal(unsorted)}.`),
            mistake(decimal(mean), `Dividing ${total} by ${count} gives ${exactDecimal(mean)}.`),
            mistake(decimal(range), `Largest minus smallest is ${exactDecimal(range)}.`),
          ],
    }
  },
}
