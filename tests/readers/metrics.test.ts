import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { metrics } from '../../pipeline/reporter/metrics/definitions.ts'
import { openMetrics } from '../../pipeline/reporter/metrics/open-metrics.ts'
import { createTally } from '../../pipeline/reporter/tally.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { hasPython, runPython } from './python.ts'

type Family = {
  name: string
  type: string
  help: string
  samples: { name: string; labels: Record<string, string>; value: number }[]
}

/** What a label must not break out of. */
const hostile = ['a"} 1\ntwinstill_requests_total{arm="b', 'back\\slash\\n', '漢字 \u202E', '\u001B[2J']

describe.skipIf(!hasPython)('metrics', () => {
  test('the page is read by the library of Prometheus with every metric, whatever arms are called', async () => {
    const tally = createTally(Date.now)
    const budget = { usd: 5, tokens: 1_000_000, spent: () => ({ usd: 1.5, tokens: 700 }) }
    tally.begin('distill', {
      samples: Object.fromEntries(hostile.map((arm) => [arm, 10])),
      shards: 2,
      budget,
    })
    for (const [index, arm] of hostile.entries()) {
      tally.add({ arm, in_flight: 1 })
      tally.add({ arm, error: 'timeout' })
      tally.add({ arm, samples: 1, requests: index + 1, completion_tokens: 50, cost_usd: 0.25 })
    }
    let url = ''
    const close = await openMetrics(
      { page: { host: '127.0.0.1', port: 0 }, push: false },
      {
        run: 'made',
        figures: () => tally.figures(),
        environment: {},
        note: (text) => (url = text.split(' ').at(-1)!),
        warn: (text) => expect.unreachable(text),
      },
    )
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'page.txt')
    await writeFile(path, await (await fetch(url)).text())
    await close()

    const families = runPython('read_metrics.py', path) as Family[]
    // The library takes the mark of a counter off the name of its family.
    const expected = metrics.map(({ name, kind, describe: help }) => [name.replaceAll('.', '_'), kind, help])
    expect(
      families.filter(({ name }) => name !== 'target_info').map(({ name, type, help }) => [name, type, help]),
    ).toEqual(expected)
    const requests = families.find(({ name }) => name === 'twinstill_requests')!.samples
    expect(requests.map(({ labels, value }) => [labels['arm'], value])).toEqual(
      hostile.map((arm, index) => [arm, index + 1]),
    )
  })
})
