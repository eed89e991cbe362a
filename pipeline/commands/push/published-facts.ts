import { basename, join } from 'node:path'
import { code } from '../../../output/card/markdown.ts'
import type { PublishedFacts } from '../../../output/card/facts.ts'
import { readPins } from '../../../output/render/pins.ts'
import { placeOf } from '../../../output/render/target.ts'
import { readReviews } from '../../../review/verdicts/review-lines.ts'
import { verdictsOf } from '../../../review/verdicts/states.ts'
import { readManifest } from '../../../output/dataset/manifest.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import type { RunRecord } from '../../../schemas/run.ts'
import { lastWritten } from '../../../store/run/written-event.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { readProbe } from '../../stages/generate/probe/stored-probes.ts'

/** What the run folder knows of the run, in the words of the card; what nobody recorded is missing. */
export async function publishedFacts(context: RunContext, record: RunRecord): Promise<PublishedFacts> {
  const { runFolder } = context
  const { name, created_at, commits } = record
  const written = await lastWritten(runFolder, (await readManifest(join(runFolder, 'dataset'))).recipe)
  const servers = await serversOf(context)
  const rendered = await renderedOf(context)
  const reviewed = await reviewedText(runFolder)
  return {
    run: `${code(name)} ${hashOf({ name, created_at }).slice(0, 12)}`,
    ...(commits && { commit: commits.map(code).join(', ') }),
    begun: created_at.slice(0, 10),
    ...(written !== undefined && { written: written.slice(0, 10) }),
    ...(servers.length > 0 && { servers: servers.join('; ') }),
    ...(rendered.length > 0 && { rendered: rendered.join(', ') }),
    reviewed,
  }
}

/** The software that answered for an arm when it was probed. */
async function serversOf(context: RunContext): Promise<string[]> {
  const texts: string[] = []
  for (const arm of context.arms.filter(({ import: imported }) => !imported)) {
    const { served } = (await readProbe(context.runFolder, arm, context.recipe)) ?? {}
    const said = [served?.software, served?.version, served?.system_fingerprint].filter(
      (text) => text !== undefined && text !== '',
    ) as string[]
    if (said.length > 0) texts.push(`${code(arm.name)}: ${said.map(code).join(' ')}`)
  }
  return texts
}

/** The targets of the recipe: models of the Hub with the commit that they were rendered at, folders by their last name. */
async function renderedOf({ runFolder, recipe }: RunContext): Promise<string[]> {
  const pins = await readPins(join(runFolder, 'targets'))
  return (recipe.write.targets ?? []).map((target) => {
    const place = placeOf(target)
    if ('folder' in place) return `the folder ${code(basename(place.folder))}`
    const { repo, revision } = place
    return `${code(repo)} at ${code(pins[`${repo}@${revision}`] ?? revision)}`
  })
}

async function reviewedText(runFolder: string): Promise<string> {
  const reviews = await readReviews(join(runFolder, 'reviews'))
  const judged = [...reviews.pairs()]
    .map((id) => Array.from(verdictsOf(reviews.of(id), undefined).values()))
    .filter((verdicts) => verdicts.length > 0)
  if (judged.length === 0) return 'no pair was judged by people'
  const accepted = judged.filter((verdicts) => !verdicts.includes('reject'))
  return `${judged.length} pairs judged by people, ${accepted.length} of them accepted by all`
}
