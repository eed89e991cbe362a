import { expect } from 'vitest'
import { describeFailure } from '../../../teachers/wire/describe-failure.ts'

/** What came of a parser: a value, or the one line that a person or the journal is told. */
export type Outcome<Value> = { value: Value } | { refused: string }

/** What came of it. Throws on when it failed in a way that it must not fail in, or with anything but one line. */
export async function outcomeOf<Value>(
  run: () => Value | Promise<Value>,
  allowed: readonly (abstract new (...given: never[]) => Error)[],
  lines = 1,
): Promise<Outcome<Value>> {
  try {
    return { value: await run() }
  } catch (error) {
    if (!allowed.some((kind) => error instanceof kind)) throw error
    const { message } = error as Error
    expect(message).not.toMatch(/\n\s+at /u)
    expect(message).not.toMatch(
      /Cannot read properties|is not a function|is not iterable|Invalid array length/u,
    )
    if (lines === 1) expect(message).not.toMatch(/\n/u)
    return { refused: message }
  }
}

/** The same of a try at the wire. What is no failure of it is a defect, and thrown on. */
export function triedOf<Value>(run: () => Value): Outcome<Value> {
  try {
    return { value: run() }
  } catch (error) {
    const { code, message, status } = describeFailure(error)
    expect(message).not.toMatch(/[\n\r]/u)
    expect(message.length).toBeLessThanOrEqual(300)
    return { refused: `${status} ${code}: ${message}` }
  }
}
