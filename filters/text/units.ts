/** The UTF-16 units of a text, until this is called again: an array is read several times faster than a text. */
export function unitsOf(text: string): Uint16Array {
  if (text.length > units.length) {
    units = new Uint16Array(text.length * 2)
    bytes = Buffer.from(units.buffer)
  }
  bytes.write(text, 0, 'utf16le')
  return units
}

let units = new Uint16Array(2 ** 15)
let bytes = Buffer.from(units.buffer)
