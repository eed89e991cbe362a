import type { ProblemKind } from '../kind.ts'
import { bracketed } from '../latex.ts'
import { mistake, whole } from '../values.ts'

/** Terms and sums of arithmetic and geometric sequences. */
export const sequences: ProblemKind = {
  name: 'sequences',
  task: 'math',
  domain: 'sequences',
  draft(random) {
    return random.chance(0.6) ? arithmeticSum() : geometricTerm()

    function arithmeticSum(): ReturnType<ProblemKind['draft']> {
      const first = random.integer(-20, 30)
      const step = random.pick([-7, -5, -4, -3, 2, 3, 4, 6, 7, 9, 11])
      const count = random.integer(12, 60)
      const last = first + (count - 1) * step
      const value = (count * (first + last)) / 2
      return {
        prompt: random.pick([
          `Find the sum of the first ${count} terms of the arithmetic sequence $${first}, ${first + step}, ${first + 2 * step}, \\dots$`,
          `An arithmetic sequence has first term $${first}$ and common difference $${step}$. What is the sum of its ` +
            `first ${count} terms?`,
          `Let $a_1 = ${first}$ and $a_{n+1} = a_n ${step < 0 ? '-' : '+'} ${Math.abs(step)}$. Compute $a_1 + a_2 + \\cdots + a_{${count}}$.`,
        ]),
        answer: whole(value),
        difficulty: 'medium',
        steps: [
          `The common difference is $${step}$ and the first term is $${first}$.`,
          `Term number $${count}$ is $${first} + ${count - 1} \\cdot ${bracketed(step)} = ${last}$.`,
          `The sum is $\\frac{${count} \\cdot (${first} + ${bracketed(last)})}{2} = ${value}$.`,
        ],
        checks: [
          `The average of the first and the last term is $${(first + last) / 2}$, and $${count}$ times that is $${value}$.`,
        ],
        wrong: [
          mistake(
            whole((count * (first + last + step)) / 2),
            `With $${first} + ${count} \\cdot ${bracketed(step)} = ${last + step}$ as last term the sum is $${(count * (first + last + step)) / 2}$.`,
          ),
          mistake(whole(last), `The term that is asked for is $${last}$.`),
          mistake(
            whole(count * (first + last)),
            `The sum is $${count} \\cdot ${bracketed(first + last)} = ${count * (first + last)}$.`,
          ),
        ],
      }
    }

    function geometricTerm(): ReturnType<ProblemKind['draft']> {
      const first = random.integer(1, 15)
      const ratio = random.pick([-3, -2, 2, 3, 4, 5])
      const index = random.integer(5, 9)
      const value = first * ratio ** (index - 1)
      return {
        prompt: random.pick([
          `What is term number ${index} of the geometric sequence $${first}, ${first * ratio}, ${first * ratio ** 2}, \\dots$?`,
          `A geometric sequence starts with $${first}$ and has common ratio $${ratio}$. Find its term number ${index}.`,
          `Let $g_1 = ${first}$ and $g_{n+1} = ${ratio} g_n$ for $n \\ge 1$. Determine $g_{${index}}$.`,
        ]),
        answer: whole(value),
        difficulty: 'easy',
        steps: [
          `The common ratio is $${ratio}$.`,
          `Term number $n$ is $${first} \\cdot (${ratio})^{n-1}$.`,
          `For $n = ${index}$ we get $${first} \\cdot ${ratio ** (index - 1)} = ${value}$.`,
        ],
        wrong: [
          mistake(
            whole(first * ratio ** index),
            `For $n = ${index}$ we get $${first} \\cdot (${ratio})^{${index}} = ${first * ratio ** index}$.`,
          ),
          mistake(whole(-value), `Minding the sign, the term is $${-value}$.`),
          mistake(
            whole(first + ratio * (index - 1)),
            `For $n = ${index}$ the value is $${first + ratio * (index - 1)}$.`,
          ),
        ],
      }
    }
  },
}
