import { z } from 'zod'
import { eventLines, recordEvent } from './events.ts'

const type = 'dataset'
const Written = z.looseObject({ type: z.literal(type), at: z.string(), fingerprint: z.string() })

/** Notes in the run's history that its dataset has been written. */
export async function recordWritten(
  folder: string,
  fingerprint: string,
  by: Parameters<typeof recordEvent>[3],
): Promise<void> {
  await recordEvent(folder, type, { fingerprint }, by)
}

/** When a dataset of this fingerprint was last written, as the run's history has it; `undefined` where it does not say. */
export async function lastWritten(folder: string, fingerprint: string): Promise<string | undefined> {
  let at: string | undefined
  for (const line of await eventLines(folder)) {
    const event = Written.safeParse(parsed(line))
    if (!event.success || event.data.fingerprint !== fingerprint) continue
    if (at === undefined || event.data.at > at) ({ at } = event.data)
  }
  return at
}

/** The last line may have been cut off by a kill; such a line says nothing. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
