import { join } from 'node:path'
import { replaceFile } from '../../../store/files/atomic.ts'
import { readManifest, type Manifest } from '../../dataset/manifest.ts'
import { notRecorded, type CardFacts } from '../facts.ts'
import { datasetLicense } from '../front-matter.ts'
import type { ConfigurationStatistics } from '../statistics.ts'
import { context, type Node } from './context.ts'
import { provenanceOf } from './provenance.ts'
import { distribution, recordSet } from './record-sets.ts'

/** The name of the file in a dataset folder. */
const croissantName = 'croissant.json'

/**
 * Writes `croissant.json`: the dataset in the vocabulary of Croissant 1.1 (mlcommons.org), with what is recorded of its
 * making (PROV-O, down to the column) and of its data (RAI 1.0). Only recorded facts are in it; the same manifest and
 * facts give the same text.
 */
export async function writeCroissant(
  datasetFolder: string,
  facts: CardFacts,
  statistics: readonly ConfigurationStatistics[],
): Promise<void> {
  const document = croissant(facts, statistics, await readManifest(datasetFolder))
  await replaceFile(join(datasetFolder, croissantName), `${JSON.stringify(document, null, 2)}\n`)
}

function croissant(
  facts: CardFacts,
  statistics: readonly ConfigurationStatistics[],
  manifest: Manifest,
): Node {
  const { provenance } = facts
  const { agents, sources, activity, of } = provenanceOf(facts, statistics)
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    conformsTo: ['http://mlcommons.org/croissant/1.1', 'http://mlcommons.org/croissant/RAI/1.0'],
    name: facts.title.replaceAll(/[^\p{L}\p{M}\p{N}_. -]+/gu, ' ').trim() || 'dataset',
    description: facts.summary,
    license: datasetLicense(facts, statistics),
    citeAs: facts.notes?.citation ?? facts.title,
    inLanguage: [...facts.language],
    version: `1.0.0+${provenance.fingerprint.slice(0, 12)}`,
    isLiveDataset: false,
    distribution: distribution(manifest),
    recordSet: facts.exports.map((one) => recordSet(one, facts, of)),
    'prov:wasDerivedFrom': sources,
    'prov:wasAttributedTo': agents,
    'prov:wasGeneratedBy': activity,
    ...responsible(facts, statistics),
  }
}

/** What is recorded of the facts that the responsible-AI vocabulary asks for. */
function responsible(
  { arms, verifiers = [], funnel, notes = {} }: CardFacts,
  statistics: readonly ConfigurationStatistics[],
): Node {
  const tasks = new Set(statistics.flatMap((one) => [...one.tasks.keys()]))
  const teachers = [
    ...new Set(
      arms.map(({ model, revision, mode }) => `${model}${revision === '' ? '' : `@${revision}`} (${mode})`),
    ),
  ]
  const lost = funnel.flatMap(({ stage, lost: reasons }) =>
    Object.entries(reasons)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => `${stage}: ${reason} ${count}`),
  )
  return {
    'rai:dataCollection': `All answers are synthetic text: language models wrote them in answer to stored problems. Models: ${teachers.join(', ')}.`,
    'rai:dataCollectionType': ['Synthetic'],
    'rai:dataPreprocessingProtocol':
      funnel.length === 0 ? [notRecorded] : lost.length === 0 ? ['nothing was left out'] : lost,
    'rai:dataManipulationProtocol': [notes.deduplication, notes.decontamination].filter(
      (note) => note !== undefined,
    ),
    'rai:machineAnnotationTools': verifiers
      .filter(({ task }) => tasks.has(task))
      .map(({ verifier, version }) => `${verifier} ${version}`),
    ...(notes.personal_information !== undefined && {
      'rai:personalSensitiveInformation': [notes.personal_information],
    }),
    'rai:dataLimitations': [
      'A right final answer does not make the reasoning before it right.',
      ...(notes.limitations === undefined ? [] : [notes.limitations]),
    ],
  }
}
