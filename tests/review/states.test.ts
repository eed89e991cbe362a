import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReviewLine } from '../../schemas/review.ts'
import { addReviewLine, fileOf, readReviews } from '../../review/verdicts/review-lines.ts'
import { openReviews, verdictsOf } from '../../review/verdicts/states.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const line = (own: Partial<ReviewLine>, minute = 0): ReviewLine =>
  ReviewLine.parse({
    pair_id: 'p',
    reviewer: 'ana',
    at: new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString(),
    ...own,
  })

test('the last verdict, note and flag of each reviewer hold', () => {
  const reviews = openReviews([
    line({ verdict: 'accept' }),
    line({ note: 'odd' }, 1),
    line({ verdict: 'reject', reason: 'wrong_answer' }, 2),
    line({ flag: true }, 3),
    line({ verdict: 'accept', reviewer: 'bob' }, 4),
  ])
  expect(Object.fromEntries(reviews.of('p'))).toMatchObject({
    ana: { verdict: 'reject', reason: 'wrong_answer', note: 'odd', flag: true },
    bob: { verdict: 'accept' },
  })
})

test('undo takes back one line after the other, of any pair and of nobody else', () => {
  const lines = fc.array(
    fc.record({
      pair_id: fc.constantFrom('p', 'q'),
      verdict: fc.constantFrom('accept' as const, 'reject' as const),
    }),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(lines, fc.nat(15), (given, undone) => {
      const acts = given.map((one, minute) => line(one, minute))
      const reviews = openReviews([line({ pair_id: 'q', reviewer: 'bob', verdict: 'reject' }), ...acts])
      let minute = 30
      for (let step = 0; step < undone; step++) {
        const last = reviews.lastOf('ana', () => true)
        if (last) reviews.add(line({ pair_id: last.pair_id, undo: true }, minute++))
      }
      const left = openReviews([
        line({ pair_id: 'q', reviewer: 'bob', verdict: 'reject' }),
        ...acts.slice(0, Math.max(0, acts.length - undone)),
      ])
      for (const pair of ['p', 'q']) expect(reviews.of(pair)).toEqual(left.of(pair))
    }),
  )
})

test('a verdict on other texts is void, one without a hash is not', () => {
  const states = openReviews([
    line({ verdict: 'reject', content_hash: 'old' }),
    line({ verdict: 'accept', reviewer: 'bob', content_hash: 'new' }),
    line({ verdict: 'accept', reviewer: 'eve' }),
  ]).of('p')
  expect([...verdictsOf(states, 'new')]).toEqual([
    ['bob', 'accept'],
    ['eve', 'accept'],
  ])
})

test('lines are added on disk behind a torn one, whose place is told', async () => {
  await using folder = await temporaryFolder()
  await addReviewLine(folder.path, line({ verdict: 'accept' }))
  await appendFile(join(folder.path, 'ana.jsonl'), '{"pair_id": "p", "verd')
  await addReviewLine(folder.path, line({ verdict: 'reject' }, 1))
  expect((await readFile(join(folder.path, 'ana.jsonl'), 'utf8')).split('\n')).toHaveLength(4)
  await expect(readReviews(folder.path)).rejects.toThrow(/ana\.jsonl:2 is no review: wanted/)
})

test('whatever a reviewer is called, the file is one of the folder and theirs alone', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ minLength: 1 }), (one, other) => {
      expect(fileOf(one)).toMatch(/^[a-z0-9][a-z0-9-]*\.jsonl$/)
      if (one !== other) expect(fileOf(one)).not.toBe(fileOf(other))
    }),
  )
  expect(fileOf('../../etc/passwd')).toMatch(/^etc-passwd-[0-9a-f]{8}\.jsonl$/)
})
