/** Columns to print in: what the environment states, else what the terminal has, else 80 as in a script's log. */
export function terminalWidth({
  environment,
  stdout,
}: {
  environment: Record<string, string | undefined>
  stdout: { columns?: number | undefined }
}): number {
  const stated = Number(environment['COLUMNS'])
  return Number.isInteger(stated) && stated > 0 ? stated : (stdout.columns ?? 80)
}
