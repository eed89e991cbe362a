import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure } from './distill/measure.ts'
import { pairedRun } from './report/paired-run.ts'
import { fileURLToPath } from 'node:url'

/*
 * npm run bench:report -- [ANSWERS …]: time and peak memory of a report over runs of so many answers (20,000 and 200,000 unless
 * given), which are written as parts without asking anybody.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const sizes = process.argv.slice(2).map(Number)
const folder = await mkdtemp(join(tmpdir(), 'twinstill-report-'))
try {
  process.stdout.write(
    '| answers | seconds | CPU seconds | peak memory, MB |\n| ---: | ---: | ---: | ---: |\n',
  )
  for (const answers of sizes.length > 0 ? sizes : [20_000, 200_000]) {
    const run = await pairedRun(join(folder, `run-${answers}`), answers)
    const started = performance.now()
    const { cpuMs, peakMb } = await measure([process.execPath, 'pipeline/cli.ts', 'report', run], root)
    const seconds = (performance.now() - started) / 1000
    process.stdout.write(
      `| ${answers.toLocaleString('en')} | ${seconds.toFixed(1)} | ${(cpuMs / 1000).toFixed(1)} | ${peakMb.toFixed(0)} |\n`,
    )
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
