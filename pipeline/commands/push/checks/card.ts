import { join } from 'node:path'
import { RunError } from '../../../../schemas/errors.ts'
import { readText } from '../../../../store/files/entries.ts'
import { readParquetMetadata } from '../../../../store/parquet/read.ts'
import type { CheckRun } from './check.ts'

/** The number of rows that the card's table of configurations gives, by configuration. */
const line = /^\| `(?<name>[\w.-]+)` \| .* \| (?<rows>[\d,]+) \| [\d,]+ \| [\d,]+ \|$/gmu

export const check: CheckRun = {
  async run({ folder, manifest }) {
    const section = /^## Configurations\n\n[^]*?(?=\n\n)/mu.exec(
      (await readText(join(folder, 'README.md'))) ?? '',
    )
    const given = new Map(
      [...(section?.[0] ?? '').matchAll(line)].map(({ groups }) => [
        groups!['name']!,
        Number(groups!['rows']!.replaceAll(',', '')),
      ]),
    )
    const counted = new Map<string, number>()
    for (const { path, config } of manifest.files) {
      const { rows } = await readParquetMetadata(join(folder, path))
      counted.set(config, (counted.get(config) ?? 0) + rows)
    }
    for (const [name, rows] of counted)
      if (given.get(name) !== rows)
        throw new RunError(
          `README.md gives ${given.get(name) ?? 'no number of'} rows for the configuration ${name}, its shards hold ${rows}; write the dataset again, or say \`push.accept: [card]\``,
        )
    return `${counted.size} configurations have as many rows as the card says`
  },
}
