/** The times of a queue follow from how long a worker may be silent, so that its claim has ended when its task is given away. */
export function queueTimes(ttlMs: number): {
  lockDuration: number
  stalledInterval: number
  sweepMs: number
} {
  return { lockDuration: 2 * ttlMs, stalledInterval: ttlMs / 2, sweepMs: ttlMs }
}

/** Options of every task: a result is kept by the run folder and not by the queue, whose id would be in the way of the same task. */
export const taskOptions = {
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: { count: 1000 },
  stackTraceLimit: 0,
} as const
