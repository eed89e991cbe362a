import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  agreedByTeachers,
  groupAnswers,
  majorityOf,
  type SameAnswers,
  type Vote,
} from '../../verifiers/majority.ts'

/** Numbers that are written differently and mean the same. */
const same: SameAnswers = (answer, others) =>
  Promise.resolve(others.map((other) => Number(other) === Number(answer)))
const votes = (...answers: string[]): Vote[] => answers.map((answer) => ({ teacher: 'a', answer }))

test('answers are grouped by what they mean, and a majority needs share, votes and no equal rival', async () => {
  const groups = await groupAnswers(votes('2', '0.5', '.5', '2.0', '0.50', '7'), same)
  expect(groups).toEqual([
    { answer: '0.5', votes: [1, 2, 4] },
    { answer: '2', votes: [0, 3] },
    { answer: '7', votes: [5] },
  ])
  expect(majorityOf(groups, 6, { share: 0.5, votes: 3 })?.answer).toBe('0.5')
  expect(majorityOf(groups, 6, { share: 0.51, votes: 3 })).toBeUndefined()
  expect(majorityOf(groups, 6, { share: 0.5, votes: 4 })).toBeUndefined()
  const tie = await groupAnswers(votes('1', '2', '1', '2'), same)
  expect(majorityOf(tie, 4, { share: 0.5, votes: 1 })).toBeUndefined()
})

test('two teachers agree where each of them gives the same answer more often than any other', async () => {
  const given: Vote[] = [
    { teacher: 'a', answer: '3' },
    { teacher: 'b', answer: '3.0' },
    { teacher: 'b', answer: '4' },
    { teacher: 'b', answer: '3' },
  ]
  expect(agreedByTeachers(await groupAnswers(given, same), given)?.answer).toBe('3')
  const torn = given.slice(0, 3)
  expect(agreedByTeachers(await groupAnswers(torn, same), torn)).toBeUndefined()
  const alone = given.slice(1)
  expect(agreedByTeachers(await groupAnswers(alone, same), alone)).toBeUndefined()
})

test('every vote is in one group, and a majority does not depend on the order of the votes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('1', '1.0', '2', '3', '3.0'), { minLength: 1 }),
      async (answers) => {
        const groups = await groupAnswers(votes(...answers), same)
        const members = groups.flatMap((group) => group.votes)
        expect(members.toSorted((a, b) => a - b)).toEqual(answers.map((_answer, index) => index))
        const least = { share: 0.5, votes: 1 }
        const turned = await groupAnswers(votes(...answers.toReversed()), same)
        const [one, other] = [
          majorityOf(groups, answers.length, least),
          majorityOf(turned, answers.length, least),
        ]
        expect(Number(one?.answer)).toEqual(Number(other?.answer))
      },
    ),
  )
})
