import { readFileSync } from 'node:fs'

/** The kernel counts CPU time in hundredths of a second wherever Linux runs today. */
const msPerTick = 10

/** CPU time of a process with its threads so far, user and system; `undefined` when it has ended. */
export function cpuMsOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * msPerTick
  } catch {
    return undefined
  }
}
