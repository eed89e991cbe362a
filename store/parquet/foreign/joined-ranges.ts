import type { AsyncBuffer, ColumnMetaData } from 'hyparquet'

/** Bytes between two chunks that are rather loaded than asked around. */
const gap = 2 ** 13

/**
 * A file of which neighbouring small chunks of columns are asked for together, because over a network a request costs more
 * than the bytes. A chunk above `limit` bytes, alone or with its neighbours, is left to be asked for in pieces.
 */
export function joinedRanges(
  file: AsyncBuffer,
  chunks: readonly ColumnMetaData[],
  limit: number,
): AsyncBuffer {
  const ranges = chunks
    .map((chunk) => {
      const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset)
      return { start, end: start + Number(chunk.total_compressed_size), count: 1 }
    })
    .toSorted((a, b) => a.start - b.start)
  const spans: typeof ranges = []
  for (const range of ranges) {
    const last = spans.at(-1)
    if (last !== undefined && range.start - last.end <= gap && range.end - last.start <= limit) {
      last.end = range.end
      last.count += 1
    } else spans.push(range)
  }
  const loaded = new Map<number, Promise<ArrayBuffer>>()
  return {
    byteLength: file.byteLength,
    async slice(start, end = file.byteLength) {
      const span = spans.find((each) => each.count > 1 && each.start <= start && end <= each.end)
      if (span === undefined) return file.slice(start, end)
      const bytes = loaded.get(span.start) ?? Promise.resolve(file.slice(span.start, span.end))
      loaded.set(span.start, bytes)
      return (await bytes).slice(start - span.start, end - span.start)
    },
  }
}
