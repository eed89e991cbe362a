import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** What a program and all that it started cost. */
export type Cost = { cpuMs: number; peakMb: number }

/** The kernel counts CPU time in hundredths of a second wherever Linux runs today. */
const msPerTick = 10
const lookMs = 50

type Command = readonly [program: string, ...args: string[]]

/**
 * Runs a program with its arguments to its end. CPU time, user and system, is that of the program and of every process that it has
 * waited for, as the kernel adds it up for a parent. Memory is the largest resident size of the program itself.
 *
 * @throws Error with the end of what the program printed, when it fails
 */
export function measure(command: Command, cwd: string): Promise<Cost> {
  return measureTogether([command], cwd)
}

/** The same of several programs that run at the same time: the sum of their CPU times, and the memory of the largest. */
export async function measureTogether(commands: readonly Command[], cwd: string): Promise<Cost> {
  const before = childTicks()
  const peaks = await Promise.all(commands.map((command) => runToEnd(command, cwd)))
  return { cpuMs: (childTicks() - before) * msPerTick, peakMb: Math.max(...peaks) }
}

/** @returns the largest resident size in megabytes */
async function runToEnd([program, ...args]: Command, cwd: string): Promise<number> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (printed = (printed + bytes.toString()).slice(-4000)))
  let peakMb = 0
  const look = setInterval(() => (peakMb = Math.max(peakMb, peakOf(child.pid!))), lookMs)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(look)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${printed}`)
  return peakMb
}

/** Fields 16 and 17 of `/proc/self/stat`: time of children that have ended. The name in field 2 may hold spaces. */
function childTicks(): number {
  const text = readFileSync('/proc/self/stat', 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fields[13]) + Number(fields[14])
}

/** The kernel keeps the highest mark itself, so that only what comes after the last look is missed. */
function peakOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB/mu.exec(text)?.[1] ?? 0) / 1024
  } catch {
    // It has just ended.
    return 0
  }
}
