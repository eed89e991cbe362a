import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { canonicalJson } from '../../schemas/canonical.ts'

/** Rows of a configuration and a digest of every column; equal when all values are equal. See canonical.py. */
export type ColumnDigests = { rows: number; columns: Record<string, string> }

/** The digests of rows, of which none need to be kept. */
export async function columnDigests(
  rows: Iterable<Record<string, unknown>> | AsyncIterable<Record<string, unknown>>,
): Promise<ColumnDigests> {
  const columns = new Map<string, Hash>()
  let count = 0
  for await (const row of rows) {
    count += 1
    for (const [name, value] of Object.entries(row)) {
      const digest = columns.get(name) ?? createHash('sha256')
      columns.set(name, digest.update(`${canonicalJson(canonical(value))}\n`))
    }
  }
  const digests = [...columns].map(([name, digest]) => [name, digest.digest('hex')] as const)
  return { rows: count, columns: Object.fromEntries(digests) }
}

function canonical(value: unknown): unknown {
  if (typeof value === 'number') {
    const bits = Buffer.alloc(8)
    bits.writeDoubleBE(value === 0 ? 0 : value)
    return { n: bits.toString('hex') }
  }
  if (typeof value === 'bigint') return { i: String(value) }
  if (typeof value === 'string') return value.toWellFormed()
  if (value instanceof Date) return { d: String(value.getTime()) }
  if (value instanceof Uint8Array) return { b: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, canonical(member)]))
}
