import type { AsyncBuffer } from 'hyparquet'

/** A file whose ranges are read once: what was looked at before it is decoded is what is decoded. */
export function keptRanges(file: AsyncBuffer): AsyncBuffer {
  const kept: { start: number; bytes: ArrayBuffer }[] = []
  return {
    byteLength: file.byteLength,
    async slice(start, end = file.byteLength) {
      const known = kept.find((range) => start >= range.start && end <= range.start + range.bytes.byteLength)
      if (known) return known.bytes.slice(start - known.start, end - known.start)
      const bytes = await file.slice(start, end)
      kept.push({ start, bytes })
      return bytes
    },
  }
}
