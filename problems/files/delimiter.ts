import { type Options, parse } from 'csv-parse/sync'

const candidates = [',', ';', '\t', '|'] as const

/**
 * What separates the values of a table, by its first records: the mark that gives all of them as many values as the first
 * line has names, and most of those. A comma where nothing does.
 *
 * @param text the beginning of the file, of which the last record may be cut
 */
export function foundDelimiter(text: string, isWhole: boolean, options: Options): string {
  let best = { delimiter: ',', names: 1, fits: false }
  for (const delimiter of candidates) {
    const records = recordsOf(text, { ...options, delimiter })
    const whole = isWhole || records.length < 2 ? records : records.slice(0, -1)
    const names = whole[0]?.length ?? 0
    const fits = names > 1 && whole.every((record) => record.length === names)
    if (fits !== best.fits ? fits : names > best.names) best = { delimiter, names, fits }
  }
  return best.delimiter
}

/** Those before the first place that cannot be read, which another mark may make readable. */
function recordsOf(text: string, options: Options): string[][] {
  const records: string[][] = []
  try {
    parse(text, {
      ...options,
      raw: false,
      info: false,
      to: 50,
      on_record: (record: string[]) => {
        records.push(record)
        return null
      },
    })
  } catch {
    // The records before it are what is compared.
  }
  return records
}
