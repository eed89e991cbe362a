/** What a reviewer reads where a source holds nothing about something. */
export const notRecorded = 'not recorded'

export function rounded(value: number): string {
  return Number.isInteger(value) ? whole(value) : String(Number(value.toPrecision(4)))
}

export function whole(number: number | null): string {
  return number === null ? notRecorded : number.toLocaleString('en')
}

export function sizeText(characters: number): string {
  return characters < 1000 ? `${characters} characters` : `${(characters / 1000).toFixed(1)} kB`
}
