import type { Reporter } from '../../reporter/reporter.ts'
import type { Connection } from './connection.ts'

export type Dashboard = { close(): Promise<void> }

/**
 * Opens a page that shows a queue, where one is wanted. Only then its code is loaded.
 *
 * @param port `true` for any that is free
 * @throws RunError when the port is taken
 */
export async function openDashboard(
  connection: Connection,
  port: number | true | undefined,
  reporter: Pick<Reporter, 'note'>,
): Promise<Dashboard | undefined> {
  if (port === undefined) return undefined
  const { serveDashboard } = await import('./dashboard.ts')
  const { url, close } = await serveDashboard(connection, port === true ? 0 : port)
  reporter.note(`the queue is shown on this machine: open ${url}`)
  return { close }
}
