import type { Arm } from '../../../schemas/arm.ts'
import { problemColumns } from '../../exports/shared-columns.ts'
import { sourcesOf, type CardFacts } from '../facts.ts'
import { teacherFacts } from '../row-counts.ts'
import type { ConfigurationStatistics } from '../statistics.ts'
import type { Node } from './context.ts'

/** Where a column of a configuration comes from, as properties of PROV-O. */
export type FieldProvenance = (config: string, column: string) => Node

/** Who and what made the dataset: nodes that its fields refer to by their `@id`. */
export type Provenance = { agents: Node[]; sources: Node[]; activity: Node; of: FieldProvenance }

/** Columns that hold what a model wrote. */
const written = new Set([
  'messages',
  'completion',
  'conversations',
  'reasoning',
  'answer',
  'output',
  'generations',
  'chosen',
  'rejected',
  'privileged_context',
  'final_answer',
  'wrong_answer',
])

/** Columns of the problem and what is put together from it. */
const ofProblem = new Set([
  ...Object.keys(problemColumns),
  'problem',
  'prompt',
  'input',
  'reward_model',
  'ability',
])

/** Columns that a verifier, or a count of its verdicts, gave. */
const checked =
  /^(?:.+_)?(?:verdict(?:s|_rule|_source)?|verifiers?|correct|checked|correct_count|checked_count)$|^(?:format_reward|label|pass_rate|budgets|tier|suggested_limit|votes|majority_answer|gold_(?:suspect|repaired))$/u

/**
 * Describes where every column comes from: problems are derived from their sources, texts of models are attributed to the
 * teachers that the rows name, verdicts to the verifiers; everything else the run itself recorded.
 */
export function provenanceOf(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): Provenance {
  const { provenance, verifiers = [] } = facts
  const sources = sourceNodes(sourcesOf(statistics))
  const tasks = new Set(statistics.flatMap((one) => [...one.tasks.keys()]))
  const tools = verifiers
    .filter(({ task }) => tasks.has(task))
    .map(({ verifier, version }) => agent(`verifier/${verifier}`, `verifier ${verifier}, version ${version}`))
  const teachers = new Map<string, Node>()
  const teachersOf = (one: ConfigurationStatistics | undefined, arm: Arm | undefined): string[] => {
    const found = arm === undefined ? modelsOf(one) : [{ model: arm.model, revision: arm.revision }]
    const models = found.length > 0 ? found : facts.arms
    return [...new Set(models.map((each) => addTeacher(teachers, each)))]
  }
  const activity = {
    '@type': 'prov:Activity',
    '@id': `run/${provenance.fingerprint}`,
    'prov:label': `run of the recipe ${provenance.recipe}`,
    'prov:wasAssociatedWith': { '@id': program },
    'prov:used': references(sources),
  }
  const byName = new Map(statistics.map((one) => [one.name, one]))
  const of: FieldProvenance = (config, column) => {
    const one = byName.get(config)
    const has = (name: string): boolean => one?.columns.some((each) => each.name === name) === true
    const arm = facts.arms.find(({ role }) =>
      new RegExp(`^${RegExp.escape(role)}(?:_reasoning|_answer)?$`, 'u').test(column),
    )
    // Where the answer is that of the problem's source, the row says so.
    const isReference = column === 'answer' && has('answer_source')
    if (!isReference && (written.has(column) || arm !== undefined))
      return { 'prov:wasAttributedTo': teachersOf(one, arm).map((id) => ({ '@id': id })) }
    if (isReference || ofProblem.has(column)) return { 'prov:wasDerivedFrom': references(sources) }
    if (checked.test(column) && tools.length > 0) return { 'prov:wasAttributedTo': references(tools) }
    return { 'prov:wasGeneratedBy': { '@id': activity['@id'] } }
  }
  for (const one of statistics) teachersOf(one, undefined)
  for (const arm of facts.arms) teachersOf(undefined, arm)
  const own = agent(program, `Twinstill ${provenance.version}`)
  return { agents: [own, ...teachers.values(), ...tools], sources, activity, of }
}

const program = 'twinstill'

/** Every column of a problem refers to each source, and a source may be the address of a row: so many are named. */
const mostSources = 100

function sourceNodes(sources: readonly { source: string; license: string }[]): Node[] {
  const nodes = sources.slice(0, mostSources).map(sourceNode)
  const others = sources.length - nodes.length
  if (others === 0) return nodes
  const label = `${others} further sources, which the column \`source\` names`
  return [...nodes, { '@type': 'prov:Entity', '@id': 'sources/further', 'prov:label': label }]
}

function sourceNode({ source, license }: { source: string; license: string }): Node {
  return {
    // A second dataset in the file would be taken for the one that it describes.
    '@type': 'prov:Entity',
    '@id': `source/${source === '' ? 'unnamed' : source}`,
    'prov:label': source === '' ? 'an unnamed source' : source,
    ...(license !== '' && { license }),
  }
}

function agent(id: string, label: string): Node {
  return { '@type': 'prov:SoftwareAgent', '@id': id, 'prov:label': label }
}

function references(nodes: readonly Node[]): Node[] {
  return nodes.map((node) => ({ '@id': node['@id'] }))
}

/** @returns the id of the model's node */
function addTeacher(
  teachers: Map<string, Node>,
  { model, revision }: Pick<Arm, 'model' | 'revision'>,
): string {
  const name = `${model}${revision === '' ? '' : `@${revision}`}`
  const id = `teacher/${name}`
  if (!teachers.has(id)) teachers.set(id, agent(id, name))
  return id
}

/** The models that the rows of a configuration name. */
function modelsOf(one: ConfigurationStatistics | undefined): Pick<Arm, 'model' | 'revision'>[] {
  return [...(one?.teachers.keys() ?? [])].flatMap((entry) => {
    const values = JSON.parse(entry) as (string | null)[]
    const model = values[teacherFacts.indexOf('model')]
    return typeof model === 'string'
      ? [{ model, revision: values[teacherFacts.indexOf('revision')] ?? '' }]
      : []
  })
}
