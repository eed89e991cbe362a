import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readAttempt, readJournal } from '../../store/journal/reader.ts'

/** How many requests have come to a teacher that writes a log. */
export async function requests(log: string): Promise<number> {
  return (await readFile(log, 'utf8')).split('\n').length - 1
}

/** Whether a process holds a shard whose answers are under way. */
export async function asks(run: string, pid: number): Promise<boolean> {
  const folder = join(run, 'workers')
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.beat'))
  const texts = await Promise.all(
    names.map(async (name) => ({
      id: name.slice(0, -5),
      text: await readFile(join(folder, name), 'utf8').catch(() => ''),
    })),
  )
  const id = texts.find(({ text }) => text.includes(`"pid":${pid},`))?.id
  if (id === undefined) return false
  for (const log of (await readdir(join(run, 'leases'))).filter((name) => /^\d+$/u.test(name))) {
    const slots = (await readdir(join(run, 'leases', log))).filter((name) => /^\d+$/u.test(name)).toSorted()
    if (slots.length === 0) continue
    const slot = JSON.parse(await readFile(join(run, 'leases', log, slots.at(-1)!), 'utf8')) as {
      type: string
      worker: string
    }
    if (slot.worker === id && slot.type === 'claim') return true
  }
  return false
}

/** Requests of probes that a run has announced. */
export async function probes(run: string): Promise<number> {
  let count = 0
  for await (const { line } of readJournal(join(run, 'journal/probe/00000')))
    if (line.type === 'intent') count += 1
  return count
}

/** What the journals say: requests that were announced, keys that were answered twice within what counts, and later answers. */
export async function journalled(
  run: string,
): Promise<{ announced: number; answeredTwice: string[]; late: number }> {
  let [announced, all, counted] = [await probes(run), 0, 0]
  const answered = new Set<string>()
  const answeredTwice: string[] = []
  const journal = join(run, 'journal/generate')
  for (const shard of await readdir(journal)) {
    for await (const { line } of readJournal(join(journal, shard))) {
      if (line.type !== 'answered') continue
      counted += 1
      if (answered.has(line.key)) answeredTwice.push(line.key)
      answered.add(line.key)
    }
    for (const attempt of (await readdir(join(journal, shard))).filter((name) => name.startsWith('start-'))) {
      for await (const { line } of readAttempt(join(journal, shard, attempt))) {
        if (line.type === 'intent') announced += 1
        if (line.type === 'answered') all += 1
      }
    }
  }
  return { announced, answeredTwice, late: all - counted }
}
