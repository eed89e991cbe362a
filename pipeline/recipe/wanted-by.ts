import type { z } from 'zod'

type Issue = z.core.$ZodIssue

const kinds: Readonly<Record<string, string>> = {
  record: 'a mapping',
  object: 'a mapping',
  map: 'a mapping',
  array: 'a list',
  tuple: 'a list',
  set: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  null: 'null',
  undefined: 'nothing',
  never: 'nothing',
}

/** How the library begins sentences of its own; every other message was written for the recipe. */
const ofTheLibrary = /^(?:Invalid|Too (?:small|big)|Unrecognized|No matching|Expected)/

/** What a recipe should hold at the place of a mistake, in the words of the recipe and never in those of the library. */
export function wantedBy(issue: Issue): string {
  if (!ofTheLibrary.test(issue.message) && issue.code !== 'invalid_type') return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kinds[issue.expected] ?? 'another kind of value'}`
    case 'invalid_value':
      return issue.values.length === 1
        ? `expected ${JSON.stringify(issue.values[0])}`
        : `expected one of ${issue.values.map((value) => JSON.stringify(value)).join('|')}`
    case 'too_small':
      return `expected ${bound(issue.origin, issue.minimum, (issue.inclusive ?? true) ? 'at least' : 'more than')}`
    case 'too_big':
      return `expected ${bound(issue.origin, issue.maximum, (issue.inclusive ?? true) ? 'at most' : 'less than')}`
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`
    case 'invalid_format':
      return issue.pattern === undefined
        ? `expected ${issue.format === 'url' ? 'an address' : `text in the form ${issue.format}`}`
        : `expected text that matches ${issue.pattern}`
    case 'invalid_key':
      return `its name is not accepted: ${issue.issues.map(wantedBy).join(', ')}`
    case 'invalid_element':
      return issue.issues.map(wantedBy).join(', ')
    case 'invalid_union':
      return 'expected one of the forms that docs/recipe.md lists'
    case 'unrecognized_keys':
      return `unknown keys ${issue.keys.map((key) => `\`${key}\``).join(', ')}`
    case 'custom':
      return 'it is not accepted here; docs/recipe.md says what is'
  }
}

function bound(origin: string, limit: number | bigint, comparison: string): string {
  if (origin === 'string')
    return limit === 1 && comparison === 'at least'
      ? 'text that is not empty'
      : `text of ${comparison} ${limit} characters`
  if (origin === 'array' || origin === 'set') return `a list of ${comparison} ${limit}`
  if (origin === 'object' || origin === 'map') return `a mapping of ${comparison} ${limit}`
  return `a number of ${comparison} ${limit}`
}
