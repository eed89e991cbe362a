import { UsageError } from '../../schemas/errors.ts'
import type { EndpointClient, EndpointDeps } from './endpoint-client.ts'
import { type Endpoint, serversOf } from '../endpoint-options.ts'
import { openReplicas } from './replicas.ts'
import { openServer } from './server-client.ts'

export type { EndpointClient, EndpointDeps } from './endpoint-client.ts'

/** A client for one endpoint of a recipe, which may be several servers: all requests to it go through one client. */
export function openEndpoint(name: string, options: Endpoint, deps: EndpointDeps = {}): EndpointClient {
  const servers = serversOf(options)
  const [server] = servers
  if (server === undefined)
    throw new UsageError(`endpoint ${name} has no base_url: state where its server is`)
  return servers.length > 1
    ? openReplicas(name, servers, options, deps)
    : openServer(name, server, options, deps)
}
