import { type HubAccess, openHubReader } from './reader.ts'
import { HubError } from '../client/error.ts'
import { resolveCommit } from './repository.ts'

/** The commit that a branch or tag stands for now, or why that cannot be said; asked once, without patience. */
export async function headCommit(
  { repo, revision }: { repo: string; revision: string },
  access: HubAccess,
): Promise<string | Error> {
  const client = openHubReader({ ...access, tries: 1, silence: 10_000 })
  try {
    return (await resolveCommit(client, repo, revision)).commit
  } catch (error) {
    if (error instanceof HubError) return error
    throw error
  } finally {
    await client.close()
  }
}
