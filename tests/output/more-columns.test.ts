import { expect, test } from 'vitest'
import { withMoreColumns } from '../../output/exports/more-columns.ts'
import { arrowSchema } from '../../store/parquet/columns.ts'
import { everyArm, everyExport, everyGroup } from '../support/every-export.ts'

const measures = [
  { name: 'format_reward', unit: '0 or 1', describe: 'whether the form is right', whole: true },
  { name: 'language_consistency', unit: 'share', describe: 'letters of the script', whole: false },
]
const contact = {
  benchmark: 'AIME 24',
  revision: 'r1',
  item: '7',
  rule: 'ngram',
  value: 0.5,
  start: 0,
  end: 9,
}
const contamination = {
  columns: new Map([
    ['contaminated_aime_24', 'AIME 24'],
    ['contaminated_other', 'other'],
  ]),
  find: () => [contact],
}

test('every configuration takes further columns, which say whose measures they are', () => {
  const kinds = new Set<string>()
  for (const plain of everyExport()) {
    const one = withMoreColumns(plain, { measures, contamination })
    const schema = one.schema(everyArm)
    expect(arrowSchema(schema).fields.map(({ name }) => name)).toEqual([
      ...Object.keys(plain.schema(everyArm).shape),
      'measures',
      'contaminated_aime_24',
      'contaminated_other',
      'contamination',
    ])
    const group = everyGroup(3)
    const before = plain.rows(group, everyArm)
    const after = one.rows(group, everyArm)
    expect(after.length).toBe(before.length)
    for (const [index, row] of after.entries()) {
      expect(schema.parse(row)).toEqual(row)
      expect(row).toMatchObject({
        ...before[index],
        contaminated_aime_24: true,
        contaminated_other: false,
        contamination: [contact],
      })
      const values = row['measures'] as object[] | object
      kinds.add(Array.isArray(values) ? 'list' : 'struct')
      expect(Array.isArray(values)).toBe(!('verdict' in row))
      if (!Array.isArray(values)) continue
      const ids = values.map((value: { id?: string }) => value.id ?? '')
      const named =
        typeof row['id'] === 'string' ? row['id'].split(' ') : (row['ids'] as string[] | undefined)
      if (named) expect(new Set(ids)).toEqual(new Set(named))
      else expect(ids.length).toBeGreaterThan(0)
    }
  }
  expect([...kinds].toSorted()).toEqual(['list', 'struct'])
})

test('without further columns an export stays as it is', () => {
  const [one] = everyExport()
  expect(withMoreColumns(one!, { measures: [] })).toBe(one)
})
