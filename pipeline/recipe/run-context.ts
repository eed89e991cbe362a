import type { Arm } from '../../schemas/arm.ts'
import type { ReadingRules } from '../../schemas/probe.ts'
import type { ShardCuts } from '../../store/run/shard-cuts.ts'
import type { Recipe } from './recipe.ts'

/** What a stage knows about the run: plain data, which can be sent to a thread. */
export type RunContext = {
  runFolder: string
  recipe: Recipe
  /** The recipe's arms with every default of their teachers, in the recipe's order. */
  arms: Arm[]
  /** Digest of what was imported for each imported arm; without an entry nothing has been imported yet. */
  imports: Record<string, string>
  /** How the responses of each arm are read, as far as the recipe or a probe says. */
  readingRules: Record<string, ReadingRules>
  /** The files that filters read, by their names in the recipe, with the digests of what they hold. */
  filterFiles: Record<string, { path: string; digest: string }>
  /** The tokenizers that arms and judges name, by those names, with digests of what they hold. */
  tokenizers: Record<string, { path: string; digest: string }>
  /** Pairs that reviewers have taken out of the dataset; `undefined` where there are none. */
  rejected?: readonly string[]
  /** Other runs whose answers may be taken, by the name that the recipe gives them. */
  reuse?: { name: string; folder: string }[]
  /** Which problems were chosen to be asked, where the recipe selects a number of pairs. */
  chosen?: { waves: number; problems: number; digest: string }
  /** Whether the chosen problems are those of a pilot: it keeps its choice apart from the waves of the run itself. */
  pilot?: boolean
  /** How the run is and was cut into shards; `undefined` until it has any. */
  cuts?: ShardCuts | undefined
}
