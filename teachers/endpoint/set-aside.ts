import { RunError, StoppedError, type TwinstillError } from '../../schemas/errors.ts'
import type { EndpointClient, EndpointDeps } from './endpoint-client.ts'
import { answersAtAll } from './preflight.ts'
import type { Replica } from './replica.ts'
import { sleepMs } from './sleep.ts'

/** Waits before a server that was set aside is tried again: doubled each time up to the longest, in milliseconds. */
export const asideMs = { first: 15_000, longest: 5 * 60_000 }

/** What setting a server aside needs of the client of all servers. */
export type SetAsideDeps = Pick<EndpointDeps, 'apiKey' | 'sleep' | 'tell'> & {
  name: string
  replicas: readonly Replica[]
  /** Aborted when the run ends or the client is closed: nobody waits for a server any longer. */
  signal: AbortSignal
  openClient: (replica: Replica) => EndpointClient
  /** A server is back. */
  onBack: () => void
  /** No server is left, or the program has a defect. */
  onEnd: (reason: Error) => void
}

/** Takes servers on which nothing can work out of use, and back into use when they answer again. */
export type SetAside = {
  /** @param failed the client that failed: the requests that come after the first one at that server change nothing */
  setAside(replica: Replica, failed: EndpointClient, error: TwinstillError): void
  /** Resolves when nothing goes on in the background any more. */
  settled(): Promise<void>
}

/** The client of all servers opens one of these. */
export function openSetAside(deps: SetAsideDeps): SetAside {
  const { name, replicas, signal, openClient, onBack, onEnd, apiKey } = deps
  const { sleep = sleepMs, tell = () => undefined } = deps
  const background: Promise<void>[] = []

  async function revive(replica: Replica, first: boolean): Promise<void> {
    const { server } = replica
    try {
      do {
        const wait = replica.asideMs
        replica.asideMs = Math.min(2 * wait, asideMs.longest)
        await sleep(wait, signal)
      } while (!(await answersAtAll(server, { apiKey, signal })))
      signal.throwIfAborted()
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
    replica.client = openClient(replica)
    replica.up = true
    if (first) tell(`endpoint ${name} (${server.baseUrl}): the server is back`)
    onBack()
  }

  return {
    setAside(replica, failed, error) {
      if (replica.client !== failed || !replica.up) return
      replica.up = false
      const left = replicas.filter((each) => each.up).length
      if (left === 0) {
        onEnd(noneLeft(error, replicas.length))
        return
      }
      const first = !replica.told
      replica.told = true
      if (first) tell(`${error.message}; it is set aside, ${left} of ${replicas.length} servers go on`)
      background.push(
        failed.close(),
        revive(replica, first).catch((defect: unknown) => onEnd(defect as Error)),
      )
    },
    async settled() {
      await Promise.all(background)
    },
  }
}

function noneLeft(error: TwinstillError, servers: number): TwinstillError {
  const message = `${error.message} (none of the ${servers} servers of this endpoint is left)`
  return error instanceof StoppedError
    ? new StoppedError(message, { cause: error })
    : new RunError(message, { cause: error })
}
