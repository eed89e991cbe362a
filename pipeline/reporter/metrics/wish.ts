import { UsageError } from '../../../schemas/errors.ts'

type Environment = Record<string, string | undefined>

/** Where the metrics of a run go. */
export type MetricsWish = {
  /** The page for Prometheus. */
  page?: { host: string; port: number }
  /** Whether they are sent to the collector that the environment names. */
  push: boolean
}

/** The variable that stands for `--metrics-port`. */
const portVariable = 'TWINSTILL_METRICS_PORT'

/**
 * Where the option and the usual environment variables of OpenTelemetry want the metrics to go. Nothing is loaded for it.
 *
 * @param option the value of `--metrics-port`
 * @returns `undefined` when nobody wants any
 * @throws UsageError when the port is none
 */
export function metricsWish(option: string | undefined, environment: Environment): MetricsWish | undefined {
  const stated = option ?? environment[portVariable]
  const page = stated ? placeOf(stated, option === undefined ? portVariable : '--metrics-port') : undefined
  const push = isPushed(environment)
  return page || push ? { ...(page && { page }), push } : undefined
}

function placeOf(text: string, where: string): { host: string; port: number } {
  const [, bracketed, named, port] = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):)?(\d{1,5})$/u.exec(text) ?? []
  if (port === undefined || Number(port) > 65_535)
    throw new UsageError(
      `${where} takes a port such as 9464, or an address and a port such as 0.0.0.0:9464; got \`${text}\``,
    )
  return { host: bracketed ?? named ?? '127.0.0.1', port: Number(port) }
}

function isPushed(environment: Environment): boolean {
  const { OTEL_SDK_DISABLED, OTEL_METRICS_EXPORTER } = environment
  if (OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false
  const exporters = (OTEL_METRICS_EXPORTER || 'otlp').split(',').map((name) => name.trim())
  const endpoint =
    environment['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'] || environment['OTEL_EXPORTER_OTLP_ENDPOINT']
  return exporters.includes('otlp') && Boolean(endpoint)
}
