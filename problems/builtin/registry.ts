import type { ProblemKind } from './kind.ts'
import { arithmetic } from './kinds/arithmetic.ts'
import { calendar } from './kinds/calendar.ts'
import { choiceNumbers } from './kinds/choice-numbers.ts'
import { choiceProperties } from './kinds/choice-properties.ts'
import { choiceWords } from './kinds/choice-words.ts'
import { combinatorics } from './kinds/combinatorics.ts'
import { coordinates } from './kinds/coordinates.ts'
import { derivatives } from './kinds/derivatives.ts'
import { fractions } from './kinds/fractions.ts'
import { geometry } from './kinds/geometry.ts'
import { inequalities } from './kinds/inequalities.ts'
import { integrals } from './kinds/integrals.ts'
import { linearEquations } from './kinds/linear-equations.ts'
import { logarithms } from './kinds/logarithms.ts'
import { logicOrdering } from './kinds/logic-ordering.ts'
import { numberTheory } from './kinds/number-theory.ts'
import { percentages } from './kinds/percentages.ts'
import { physics } from './kinds/physics.ts'
import { polynomials } from './kinds/polynomials.ts'
import { probability } from './kinds/probability.ts'
import { quadraticEquations } from './kinds/quadratic-equations.ts'
import { romanNumerals } from './kinds/roman-numerals.ts'
import { sequences } from './kinds/sequences.ts'
import { shopping } from './kinds/shopping.ts'
import { statistics } from './kinds/statistics.ts'
import { stringOperations } from './kinds/string-operations.ts'
import { systemsOfEquations } from './kinds/systems-of-equations.ts'
import { unitConversion } from './kinds/unit-conversion.ts'
import { wordSorting } from './kinds/word-sorting.ts'

/**
 * Every kind of built-in problem, in the order in which they take turns. A new kind goes to the end: it changes which
 * problems a count selects, but not the problems themselves.
 */
export const problemKinds: readonly ProblemKind[] = [
  arithmetic,
  shopping,
  linearEquations,
  choiceNumbers,
  fractions,
  unitConversion,
  calendar,
  percentages,
  quadraticEquations,
  geometry,
  choiceProperties,
  numberTheory,
  physics,
  combinatorics,
  wordSorting,
  probability,
  sequences,
  choiceWords,
  systemsOfEquations,
  inequalities,
  logicOrdering,
  derivatives,
  statistics,
  integrals,
  romanNumerals,
  polynomials,
  coordinates,
  stringOperations,
  logarithms,
]
