import type { Observable } from '@opentelemetry/api'
import { ExportResultCode } from '@opentelemetry/core'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader, type IMetricReader } from '@opentelemetry/sdk-metrics'
import type { Figures } from '../../../schemas/progress.ts'
import { version } from '../../../schemas/version.ts'
import { metrics } from './definitions.ts'
import { openPage } from './page.ts'
import type { MetricsWish } from './wish.ts'

export type MetricsSource = {
  /** The name of the run, which every value has as a label. */
  run: string
  figures: () => Figures
  environment: Record<string, string | undefined>
  note: (text: string) => void
  /** Is told once when a collector cannot be reached. */
  warn: (text: string) => void
}

/**
 * Offers the figures of a run as metrics: on a page for Prometheus, and sent to a collector over HTTP with JSON, as the
 * variables of OpenTelemetry say. The figures are looked at only when somebody asks, so that asking teachers costs nothing
 * more.
 *
 * @returns a function that sends them a last time and closes the page
 * @throws UsageError when the port is taken
 */
export async function openMetrics(wish: MetricsWish, source: MetricsSource): Promise<() => Promise<void>> {
  const readers: IMetricReader[] = []
  let page: Awaited<ReturnType<typeof openPage>> | undefined
  if (wish.page) {
    const exporter = new PrometheusExporter({ preventServerStart: true })
    readers.push(exporter)
    page = await openPage(wish.page, (request, response) =>
      exporter.getMetricsRequestHandler(request, response),
    )
    source.note(`metrics for Prometheus at ${page.url}`)
  }
  if (wish.push) readers.push(pushing(source))
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'twinstill', 'service.version': version }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    readers,
  })
  observe(provider, source)
  return async () => {
    // Whoever scrapes now and then gets what is there; whoever collects gets the last figures.
    await provider.shutdown()
    await page?.close()
  }
}

function observe(provider: MeterProvider, { run, figures }: MetricsSource): void {
  const meter = provider.getMeter('twinstill', version)
  const instruments = new Map<(typeof metrics)[number], Observable>()
  for (const metric of metrics) {
    const options = { unit: metric.unit, description: metric.describe }
    const create = metric.kind === 'counter' ? 'createObservableCounter' : 'createObservableGauge'
    instruments.set(metric, meter[create](metric.name, options))
  }
  meter.addBatchObservableCallback(
    (result) => {
      const now = figures()
      for (const [metric, instrument] of instruments)
        for (const { value, labels } of metric.observe(now))
          result.observe(instrument, value, { run, ...labels })
    },
    [...instruments.values()],
  )
}

const standardIntervalMs = 60_000

function pushing({ environment, warn }: MetricsSource): PeriodicExportingMetricReader {
  const interval = millisecondsOf(environment['OTEL_METRIC_EXPORT_INTERVAL'], standardIntervalMs)
  return new PeriodicExportingMetricReader({
    exporter: new ToldExporter(warn),
    exportIntervalMillis: interval,
    exportTimeoutMillis: Math.min(
      interval,
      millisecondsOf(environment['OTEL_METRIC_EXPORT_TIMEOUT'], standardIntervalMs / 2),
    ),
  })
}

/** An exporter that tells its first failure in one line; the next export sends the sums all the same. */
class ToldExporter extends OTLPMetricExporter {
  readonly #warn: (text: string) => void
  #isTold = false

  constructor(warn: (text: string) => void) {
    super()
    this.#warn = warn
  }

  override export(...[data, done]: Parameters<OTLPMetricExporter['export']>): void {
    super.export(data, (result) => {
      if (result.error && !this.#isTold) {
        this.#isTold = true
        this.#warn(
          `metrics cannot be sent to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names (${result.error.message}); the run goes on, and later ones may arrive`,
        )
      }
      done({ code: ExportResultCode.SUCCESS })
    })
  }
}

function millisecondsOf(text: string | undefined, standard: number): number {
  const stated = Number(text)
  return text && Number.isFinite(stated) && stated > 0 ? stated : standard
}
