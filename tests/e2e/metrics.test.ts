import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Ledger } from '../../schemas/ledger.ts'
import { metrics } from '../../pipeline/reporter/metrics/definitions.ts'
import { interruptedRun } from '../support/interrupted-run.ts'
import { runCli, startCli } from '../support/run-cli.ts'

type Point = {
  asDouble?: number
  asInt?: number | string
  attributes: { key: string; value: { stringValue: string } }[]
}
type Sent = {
  resourceMetrics: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] }
    scopeMetrics: {
      metrics: {
        name: string
        unit: string
        sum?: { dataPoints: Point[] }
        gauge?: { dataPoints: Point[] }
      }[]
    }[]
  }[]
}

/** A collector on loopback that keeps what it is sent. */
async function collector() {
  const sent: { path: string; header: string | undefined; body: Sent }[] = []
  const server = createServer((request, response) => void take(request, response))

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await json(request)) as Sent
    sent.push({ path: request.url!, header: request.headers['x-test'] as string, body })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    sent,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('a run is scraped and sends its metrics while it works, and both say what the ledger says', async () => {
  await using run = await interruptedRun()
  await using otel = await collector()
  const { child, ended } = startCli(['distill', run.recipe, '--metrics-port', '0'], {
    cwd: run.folder,
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: otel.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-test=sent',
      OTEL_METRIC_EXPORT_INTERVAL: '400',
      OTEL_SERVICE_NAME: 'my-distillation',
    },
  })
  let stderr = ''
  child.stderr!.on('data', (text: string) => (stderr += text))
  const pageUrl = async (): Promise<string> => {
    for (;;) {
      const [, url] = /metrics for Prometheus at (\S+)/u.exec(stderr) ?? []
      if (url !== undefined) return url
      await sleep(20)
    }
  }
  const url = await pageUrl()
  expect(new URL(url).hostname).toBe('127.0.0.1')
  await run.asked(8)
  const response = await fetch(url)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/u)
  const page = await response.text()
  expect(page).toMatch(/^twinstill_requests_in_flight\{run="small",arm="\w+"[^}]*\} [1-9]/mu)
  expect(page).toMatch(/^# TYPE twinstill_tokens_total counter$/mu)
  expect(page).not.toContain(run.folder)
  const names = new Set([...page.matchAll(/^# TYPE (twinstill_\w+) /gmu)].map(([, name]) => name))
  const documented = await readFile(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8')
  for (const name of names) expect(documented).toContain(`\`${name}\``)
  expect((await fetch(new URL('/', url))).status).toBe(404)
  expect((await fetch(url, { method: 'POST' })).status).toBe(405)

  expect(await ended).toMatchObject({ code: 0 })
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  const ledger = Ledger.parse(
    JSON.parse(await readFile(join(run.folder, 'runs', 'small', 'ledger.json'), 'utf8')),
  )
  expect(otel.sent.length).toBeGreaterThan(1)
  const last = otel.sent.at(-1)!
  expect(last).toMatchObject({ path: '/v1/metrics', header: 'sent' })
  const [{ resource, scopeMetrics }] = last.body.resourceMetrics as [Sent['resourceMetrics'][0]]
  expect(resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'my-distillation' },
  })
  const sent = scopeMetrics.flatMap((scope) => scope.metrics)
  const units = new Map(metrics.map(({ name, unit }) => [name, unit]))
  for (const { name, unit } of sent) expect([name, unit]).toEqual([name, units.get(name)])
  const valueOf = (name: string, labels: Record<string, string>): number => {
    const metric = sent.find((each) => each.name === name)!
    const point = (metric.sum ?? metric.gauge)!.dataPoints.find(({ attributes }) =>
      Object.entries({ run: 'small', ...labels }).every(([key, value]) =>
        attributes.some((each) => each.key === key && each.value.stringValue === value),
      ),
    )!
    return Number(point.asDouble ?? point.asInt)
  }
  for (const { arm, completion_tokens, requests } of ledger.spend) {
    if (arm !== 'ift' && arm !== 'reasoning') continue
    expect(valueOf('twinstill.tokens', { arm, type: 'completion' })).toBe(completion_tokens)
    expect(valueOf('twinstill.requests', { arm })).toBe(requests)
    expect(valueOf('twinstill.requests.in_flight', { arm })).toBe(0)
    expect(valueOf('twinstill.samples.finished', { arm, stage: 'paired' })).toBe(
      ledger.samples.find((row) => row.arm === arm && row.stage === 'paired')!.out,
    )
  }
})

test('a port that is none or is taken is said before anything is asked, and a missing collector ends no run', async () => {
  await using run = await interruptedRun()
  const distill = (args: string[], environment: Record<string, string> = {}) =>
    runCli(['distill', run.recipe, ...args], { cwd: run.folder, environment })
  expect(await distill(['--metrics-port', 'all'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--metrics-port takes a port such as 9464'),
  })
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await distill([], { TWINSTILL_METRICS_PORT: String(port) })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`127.0.0.1:${port} (EADDRINUSE)`),
  })
  expect(await run.boughtTwice()).toBe(0)
  server.close()
  await once(server, 'close')
  const { code, stderr } = await distill(['--progress', 'off'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
  })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stderr.match(/^warning: metrics cannot be sent to the collector.*ECONNREFUSED.*$/gmu)).toHaveLength(
    1,
  )
  expect(stderr).not.toContain('answers ')
})
