import { expect, test } from 'vitest'
import { isMark, openStartMarks } from '../../../teachers/queue/start-marks.ts'

test('what was sent after a request that starts now, and is not answered, waits', () => {
  const marks = openStartMarks({ everyStart: false })
  marks.idleStart(10)
  const orders = [0, 1, 2, 3, 4].map((at) => marks.sent(at))
  marks.gone(orders[3]!)
  expect(marks.look({ order: orders[1]!, sentAt: 1 }, 1000, 4)).toEqual({ waiting: 2, here: 4 })
})

test('what has just been sent may start at any moment and does not count', () => {
  const marks = openStartMarks({ everyStart: false })
  marks.idleStart(100)
  const first = marks.sent(0)
  marks.sent(790)
  marks.sent(810)
  expect(marks.look({ order: first, sentAt: 0 }, 1000, 3).waiting).toBe(1)
})

test('a first start among our own requests is no measure once a quicker one was seen', () => {
  const marks = openStartMarks({ everyStart: true })
  const [first, second] = [marks.sent(0), marks.sent(0)]
  marks.sent(0)
  marks.started(first, 20)
  marks.started(second, 5000)
  expect(marks.look({ order: second, sentAt: 0 }, 5000, 3).waiting).toBe(1)
})

test('where every start is seen, one that started later does not wait and one that was passed over does', () => {
  const marks = openStartMarks({ everyStart: true })
  const passedOver = marks.sent(0)
  const mark = marks.sent(1)
  const later = marks.sent(2)
  marks.started(later, 12)
  marks.started(mark, 1000)
  expect(marks.look({ order: mark, sentAt: 1 }, 1000, 3).waiting).toBe(1)
  marks.started(passedOver, 1001)
  expect(marks.look({ order: mark, sentAt: 1 }, 1002, 3).waiting).toBe(0)
})

test('while the ceiling is doubled only the request that fills it is a mark, later one in sixteen', () => {
  const doubling = { ceiling: () => 8, doubling: () => true }
  expect([6, 7, 8].map((here) => isMark(here, here, doubling))).toEqual([false, false, true])
  const settled = { ceiling: () => 200, doubling: () => false }
  expect([0, 1, 15, 16, 17, 32].map((order) => isMark(order, 200, settled))).toEqual([
    true,
    false,
    false,
    true,
    false,
    true,
  ])
})
