import type { PublishedFacts } from '../card/facts.ts'
import type { Manifest } from '../dataset/manifest.ts'

/**
 * The Croissant file as it stands on the Hub: with the paths that the shards have there, its address, and what is known of
 * the run that differs between two runs with the same answers.
 *
 * @param local the manifest of the dataset folder, `onHub` the one that is published, with the files in the same order
 */
export function publishedCroissant(
  text: string,
  { local, onHub }: { local: Manifest; onHub: Manifest },
  { run, commit, begun, written, url }: PublishedFacts,
): string {
  let moved = text
  for (const [index, { path }] of local.files.entries())
    moved = moved.replaceAll(JSON.stringify(path), JSON.stringify(onHub.files[index]!.path))
  const document = JSON.parse(moved) as Record<string, unknown>
  const activity = document['prov:wasGeneratedBy'] as Record<string, unknown> | undefined
  const completed = {
    ...document,
    ...(url !== undefined && { url }),
    ...(written !== undefined && { dateCreated: written }),
    ...(activity && {
      'prov:wasGeneratedBy': {
        ...activity,
        ...(run !== undefined && { identifier: plain(run) }),
        ...(commit !== undefined && { softwareVersion: plain(commit) }),
        ...(begun !== undefined && { 'prov:startedAtTime': begun }),
        ...(written !== undefined && { 'prov:endedAtTime': written }),
      },
    }),
    ...(begun !== undefined && {
      'rai:dataCollectionTimeframe': [begun, ...(written === undefined ? [] : [written])],
    }),
  }
  return `${JSON.stringify(completed, null, 2)}\n`
}

/** A text of the card without its marks of code. */
function plain(text: string): string {
  return text.replaceAll('`', '')
}
