/** Rows of one block of the table; a table grows by whole blocks, so that nothing is copied. */
const blockRows = 2 ** 16

/** The band hashes of many texts in typed arrays: `bands * 4 + 16` bytes a text. */
export type BandTable = {
  readonly rows: number
  /** @param write puts the hashes of the text into an array, from a place on */
  add(id: string, write: (into: Uint32Array, at: number) => void): void
  hash(row: number, band: number): number
  /** The rows that are accepted, in the order of their ids. */
  placesById(accepted: (row: number) => boolean): Uint32Array
}

export function openBandTable(bands: number): BandTable {
  const blocks: { hashes: Uint32Array; ids: Float64Array }[] = []
  let rows = 0
  const block = (row: number) => blocks[Math.floor(row / blockRows)]!
  const idPart = (row: number, part: number): number => block(row).ids[(row % blockRows) * 2 + part]!
  return {
    get rows() {
      return rows
    },
    add(id, write) {
      if (rows % blockRows === 0)
        blocks.push({
          hashes: new Uint32Array(blockRows * bands),
          ids: new Float64Array(blockRows * 2),
        })
      const { hashes, ids } = block(rows)
      const at = rows % blockRows
      // Twelve digits are 48 bits, which a double holds exactly.
      ids[at * 2] = Number.parseInt(id.slice(0, 12), 16)
      ids[at * 2 + 1] = Number.parseInt(id.slice(12, 24), 16)
      write(hashes, at * bands)
      rows += 1
    },
    hash: (row, band) => block(row).hashes[(row % blockRows) * bands + band]!,
    placesById(accepted) {
      const places = new Uint32Array(rows)
      let count = 0
      for (let row = 0; row < rows; row++) if (accepted(row)) places[count++] = row
      return places
        .slice(0, count)
        .sort((a, b) => idPart(a, 0) - idPart(b, 0) || idPart(a, 1) - idPart(b, 1) || a - b)
    },
  }
}
