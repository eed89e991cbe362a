import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CountingTeacher } from './teacher.ts'

/** A tool and how it is started; the same words start it again. */
export type Tool = {
  name: string
  command: readonly [string, ...string[]]
  environment?: Record<string, string>
}

export type Killed = {
  /** Whether the second start came to its end in time. */
  ended: 'yes' | 'hung' | `failed with ${number}`
  /** Answers that had left the teacher before the kill and were asked for again. */
  boughtTwice: number
  /** Requests that were open at the kill and were asked again, which nobody can help who asks at all. */
  openAgain: number
  /** Seconds from the second start to the first request for something new. */
  firstNew: number | undefined
  /** Requests in all. */
  requests: number
}

/** Kills the tool with all it started when half of the answers have left the teacher, and starts it again. */
export async function killAtHalf(
  tool: Tool,
  teacher: CountingTeacher,
  { answers, folder, limitMs }: { answers: number; folder: string; limitMs: number },
): Promise<Killed> {
  const first = start(tool, folder)
  const sent = (): number => teacher.asked.filter(({ sentAt }) => sentAt !== undefined).length
  const begun = performance.now()
  while (sent() < answers / 2) {
    await sleep(20)
    if (first.exitCode !== null) throw new Error(`${tool.name} ended before half-time: see ${folder}/log.txt`)
    if (performance.now() - begun > limitMs) break
  }
  const killedAt = performance.now()
  await killGroup(first)
  // What the teacher was writing is over.
  await sleep(3000)
  const before = teacher.asked.length
  const done = new Set(
    teacher.asked.filter(({ sentAt }) => sentAt !== undefined && sentAt < killedAt).map(({ id }) => id),
  )
  const known = new Set(teacher.asked.map(({ id }) => id))
  const startedAt = performance.now()
  const second = start(tool, folder)
  const code = await Promise.race([
    once(second, 'exit').then(([status]) => status as number | null),
    sleep(limitMs, 'late' as const),
  ])
  if (code === 'late') await killGroup(second)
  const again = teacher.asked.slice(before)
  const fresh = again.find(({ id }) => !known.has(id))
  return {
    ended: code === 'late' ? 'hung' : code === 0 ? 'yes' : `failed with ${code ?? -1}`,
    boughtTwice: again.filter(({ id }) => done.has(id)).length,
    openAgain: again.filter(({ id }) => known.has(id) && !done.has(id)).length,
    firstNew: fresh && (fresh.at - startedAt) / 1000,
    requests: teacher.asked.length,
  }
}

function start({ command: [program, ...args], environment }: Tool, folder: string): ChildProcess {
  const log = openSync(`${folder}/log.txt`, 'a')
  // A group of its own, so that the kill reaches whatever it starts.
  return spawn(program, args, {
    cwd: folder,
    env: { ...process.env, HOME: folder, ...environment },
    stdio: ['ignore', log, log],
    detached: true,
  })
}

async function killGroup(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null ? once(child, 'exit') : undefined
  process.kill(-child.pid!, 'SIGKILL')
  await ended
}
