import { metrics } from '../reporter/metrics/definitions.ts'

/** The page of `docs/metrics.md`. */
export function metricsPage(): string {
  return `# Metrics of a run

Made from the code by \`npm run docs\`. Nothing is loaded, served or sent unless it is asked for.

- **Prometheus**: \`npm run distill -- RECIPE --metrics-port 9464\`, or \`TWINSTILL_METRICS_PORT=9464\`, serves
  \`http://127.0.0.1:9464/metrics\` while the command works. Port 0 takes a free one, which the command names;
  \`0.0.0.0:9464\` listens at every address, where anybody who reaches it can read the numbers.
- **OpenTelemetry**: with \`OTEL_EXPORTER_OTLP_ENDPOINT\` (or \`OTEL_EXPORTER_OTLP_METRICS_ENDPOINT\`) set, metrics are sent to
  that collector over HTTP as JSON, every minute and once in the end. The other variables of the specification hold:
  \`OTEL_EXPORTER_OTLP_HEADERS\`, \`OTEL_EXPORTER_OTLP_TIMEOUT\`, \`OTEL_METRIC_EXPORT_INTERVAL\`, \`OTEL_METRIC_EXPORT_TIMEOUT\`,
  \`OTEL_SERVICE_NAME\`, \`OTEL_RESOURCE_ATTRIBUTES\`, \`OTEL_METRICS_EXPORTER=none\`, \`OTEL_SDK_DISABLED=true\`. gRPC is not spoken.
  A collector that cannot be reached is warned of once and ends no run, which waits for it in the end for
  \`OTEL_EXPORTER_OTLP_TIMEOUT\` (10 s) at most.

Values are those of one process since its start; a counter begins at 0 with every start, which \`rate()\` understands. Every
value has the label \`run\`, the name of the recipe. The judges of the verify stage are the arm \`judge\`. No text of a prompt
or an answer, no key and no path is among the labels.

| name | on the page for Prometheus | kind | unit | labels | meaning |
| --- | --- | --- | --- | --- | --- |
${metrics.map(row).join('\n')}

Units are codes of UCUM; what stands in braces is counted. Tokens a second of each arm:
\`sum by (arm) (rate(twinstill_tokens_total{type="completion"}[5m]))\`.`
}

function row({ name, kind, unit, labels, describe }: (typeof metrics)[number]): string {
  const shown = ['run', ...labels].map((label) => `\`${label.replaceAll('.', '_')}\``).join(', ')
  return `| \`${name}\` | \`${pageName(name, kind)}\` | ${kind} | \`${unit}\` | ${shown} | ${describe} |`
}

function pageName(name: string, kind: 'counter' | 'gauge'): string {
  return `${name.replaceAll('.', '_')}${kind === 'counter' ? '_total' : ''}`
}
