import type { Arm } from '../../schemas/arm.ts'
import type { Export } from '../exports/export.ts'

/** One line of the funnel: what a stage did with the samples of an arm (or with the problems, `arm` empty). */
export type FunnelRow = {
  stage: string
  arm: string
  in: number
  out: number
  /** Losses by reason code. */
  lost: Readonly<Record<string, number>>
}

/** Tokens of an arm's answers that went into the dataset (`reason` empty) or were lost at a stage. */
export type TokenUse = {
  arm: string
  stage: string
  reason: string
  prompt_tokens: number
  completion_tokens: number
}

/** Text by the operator, in Markdown, about what no shard can show. A missing one is written as "not recorded". */
type CardNotes = {
  deduplication?: string
  decontamination?: string
  human_review?: string
  limitations?: string
  personal_information?: string
  changelog?: string
  citation?: string
  contact?: string
}

/** What the card says besides the numbers, which come from the shards. */
export type CardFacts = {
  title: string
  /** One or two sentences in Markdown about what the dataset is and what it is for. */
  summary: string
  /** `organisation/name` on the Hub, null while it is not known. */
  repository: string | null
  /** Licence of the dataset, null to take the one that all rows share. */
  license: string | null
  /** Language codes such as `en`. */
  language: readonly string[]
  arms: readonly Arm[]
  exports: readonly Export[]
  funnel: readonly FunnelRow[]
  /** Left out where they were not counted. */
  tokens?: readonly TokenUse[]
  /** By what lengths are counted, in Markdown, where that is not each model's own vocabulary. */
  lengths?: string
  /** Which verifier checked a task's answers, and what is known of its errors; left out where nobody measured. */
  verifiers?: readonly { task: string; verifier: string; version: string; text: string }[]
  /** False for a card without plots. */
  plots?: boolean
  /** What made it. */
  provenance: {
    version: string
    recipe: string
    fingerprint: string
    seed: number | null
  }
  /** Models that are trained on it, as the recipe names them. */
  targets?: readonly string[]
  notes?: CardNotes
  /** For every arm who served it and under which terms its answers may be used; empty where nobody stated it. */
  terms?: readonly {
    arm: string
    teacher: string
    model: string
    /** In Markdown. */
    served: string
    /** Whether a program acted as the model. */
    simulated: boolean
    /** Of the weights. */
    license: string
    /** What the maker of the dataset states of the terms of whoever served it. */
    stated: string
  }[]
}

export const notRecorded = 'not recorded'

/**
 * Of the run, and different in two runs with the same answers, whose dataset folders are the same to the byte. `push` puts
 * them into the card and the Croissant file that it publishes.
 */
export type PublishedFacts = {
  /** Name and id of the run. */
  run?: string
  /** Commits of the program that have worked on it. */
  commit?: string
  /** Days on which the run was begun and its dataset written. */
  begun?: string
  written?: string
  /** What the servers of the arms said of themselves when they were probed. */
  servers?: string
  /** Models whose chat templates every row was rendered with, at their commits. */
  rendered?: string
  /** How many pairs people looked at, and how many of these they accepted. */
  reviewed?: string
  /** The page of the dataset. */
  url?: string
}

/** Stands in the card of a dataset folder for what only a published one states. */
export const whenPublished = 'stated when it is published'

/** The lines of the card that `push` completes, as they stand in the folder. */
export const publishedRows = [
  'commit',
  'run',
  'begun',
  'written',
  'servers',
  'rendered',
  'reviewed',
] as const satisfies (keyof PublishedFacts)[]

/** The sources of the problems with their licences, each once, as the rows name them. */
export function sourcesOf(
  statistics: readonly { sources: ReadonlyMap<string, number> }[],
): { source: string; license: string }[] {
  const entries = new Set(statistics.flatMap(({ sources }) => [...sources.keys()]))
  return [...entries].toSorted().map((entry) => {
    const [source, license] = JSON.parse(entry) as [string, string]
    return { source, license }
  })
}

/** The configuration that a reader gets who names none. */
export function defaultConfiguration(names: readonly string[]): string | undefined {
  return names.includes('reasoning') ? 'reasoning' : names[0]
}

/** Those of the configurations that have one row for each pair. */
export function matchedOf<One extends { name: string }>(
  { exports }: CardFacts,
  configurations: readonly One[],
): One[] {
  const names = new Set(exports.filter((one) => one.matched).map((one) => one.name))
  return configurations.filter(({ name }) => names.has(name))
}
