import { type AnswerValue, type Unit, plainUnit } from '../answer-value.ts'
import type { Draft, ProblemKind } from '../kind.ts'
import { latexRational, rational } from '../rational.ts'
import { mistake, quantity } from '../values.ts'

const LENGTHS = ['cm', 'm', 'mm', 'ft']

/** Areas and perimeters of rectangles, circles, triangles and trapezoids, with units. */
export const geometry: ProblemKind = {
  name: 'geometry',
  task: 'math',
  domain: 'geometry',
  draft(random) {
    const unit = random.pick(LENGTHS)
    return random.pick([circle, trapezoid, hypotenuse])()

    function circle(): Draft {
      const radius = random.integer(2, 40)
      const area = random.chance(0.5)
      const value = area ? radius * radius : 2 * radius
      const what = area ? 'area' : 'circumference'
      const square = area ? squared(unit) : length(unit)
      return {
        prompt: random.pick([
          `Find the ${what} of a circle with radius ${radius} ${unit}. Give the exact value in terms of $\\pi$.`,
          `A circle has diameter ${2 * radius} ${unit}. What is its exact ${what}, in ${plainUnit(square)}?`,
          `What is the ${what} of a circle whose radius is $${radius}$ ${unit}? Leave your answer in terms of $\\pi$.`,
        ]),
        answer: timesPi(value, square),
        difficulty: 'easy',
        steps: [
          `The radius is ${radius} ${unit}.`,
          area ? `The area of a circle is $\\pi r^2$.` : `The circumference of a circle is $2 \\pi r$.`,
          `So the ${what} is $${value}\\pi$ ${plainUnit(square)}.`,
        ],
        wrong: [
          mistake(
            timesPi(4 * radius * radius, square),
            `So the ${what} is $${4 * radius * radius}\\pi$ ${plainUnit(square)}.`,
          ),
          mistake(
            timesPi(area ? 2 * radius : radius * radius, square),
            `With the formula for a circle this is $${area ? 2 * radius : radius * radius}\\pi$ ${plainUnit(square)}.`,
          ),
          mistake(
            timesPi(value + radius, square),
            `Adding up, it is $${value + radius}\\pi$ ${plainUnit(square)}.`,
          ),
        ],
      }
    }

    function trapezoid(): Draft {
      const [a, b, h] = [random.integer(3, 24), random.integer(3, 24), random.integer(2, 15)]
      const value = rational((a + b) * h, 2)
      const square = squared(unit)
      return {
        prompt: random.pick([
          `A trapezoid has parallel sides of ${a} ${unit} and ${b} ${unit} and a height of ${h} ${unit}. Find its area.`,
          `The bases of a trapezoid are ${a} ${unit} and ${b} ${unit} long; its height is ${h} ${unit}. What is the area ` +
            `in ${plainUnit(square)}?`,
        ]),
        answer: quantity(value, square),
        difficulty: 'medium',
        steps: [
          `The area of a trapezoid is half the sum of the bases times the height.`,
          `The bases add up to $${a} + ${b} = ${a + b}$.`,
          `So the area is $\\frac{${a + b} \\cdot ${h}}{2} = ${latexRational(value)}$ ${plainUnit(square)}.`,
        ],
        wrong: [
          mistake(
            quantity(rational((a + b) * h), square),
            `So the area is $${a + b} \\cdot ${h} = ${(a + b) * h}$ ${plainUnit(square)}.`,
          ),
          mistake(
            quantity(rational(a * b), square),
            `The sides multiply to $${a * b}$ ${plainUnit(square)}.`,
          ),
        ],
      }
    }

    function hypotenuse(): Draft {
      const [a, b, c] = random.pick([
        [3, 4, 5],
        [5, 12, 13],
        [8, 15, 17],
        [7, 24, 25],
        [20, 21, 29],
        [9, 40, 41],
      ] as const)
      const scale = random.integer(1, 12)
      return {
        prompt: random.pick([
          `A right triangle has legs of ${a * scale} ${unit} and ${b * scale} ${unit}. How long is its hypotenuse?`,
          `The two shorter sides of a right-angled triangle measure ${a * scale} ${unit} and ${b * scale} ${unit}. Find ` +
            `the length of the longest side.`,
        ]),
        answer: quantity(rational(c * scale), length(unit)),
        difficulty: 'easy',
        steps: [
          `By the Pythagorean theorem $c^2 = ${a * scale}^2 + ${b * scale}^2$.`,
          `This is $${(a * scale) ** 2} + ${(b * scale) ** 2} = ${(c * scale) ** 2}$.`,
          `Taking the square root, $c = ${c * scale}$ ${unit}.`,
        ],
        wrong: [
          mistake(quantity(rational((a + b) * scale), length(unit)), `So $c = ${(a + b) * scale}$ ${unit}.`),
          mistake(
            quantity(rational((c + 1) * scale), length(unit)),
            `The root is $${(c + 1) * scale}$ ${unit}.`,
          ),
        ],
      }
    }
  },
}

function timesPi(coefficient: number, unit: Unit): AnswerValue {
  return { kind: 'multiple', coefficient: rational(coefficient), of: '\\pi', unit }
}

function length(unit: string): Unit {
  return { name: unit, power: 1 }
}

function squared(unit: string): Unit {
  return { name: unit, power: 2 }
}
