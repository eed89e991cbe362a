import { join } from 'node:path'
import { DataType } from 'apache-arrow'
import type { Field } from 'apache-arrow'
import { arrowSchema } from '../../store/parquet/columns.ts'
import { replaceFile } from '../../store/files/atomic.ts'
import { readManifest, type Manifest } from '../dataset/manifest.ts'
import type { CardFacts } from './facts.ts'

/** The name of the file in a dataset folder. */
const croissantName = 'croissant.json'

type Node = Record<string, unknown>

/**
 * Writes `croissant.json`: the dataset in the vocabulary of Croissant 1.1 (mlcommons.org), with what is recorded of its
 * making (PROV-O) and of its data (RAI 1.0). Only recorded facts are in it; the same manifest and facts give the same text.
 */
export async function writeCroissant(
  datasetFolder: string,
  facts: CardFacts,
  license: string,
): Promise<void> {
  const document = croissant(facts, await readManifest(datasetFolder), license)
  await replaceFile(join(datasetFolder, croissantName), `${JSON.stringify(document, null, 2)}\n`)
}

function croissant(facts: CardFacts, manifest: Manifest, license: string): Node {
  const { provenance } = facts
  const agent = {
    '@type': 'prov:SoftwareAgent',
    '@id': 'twinstill',
    'prov:label': `Twinstill ${provenance.version}`,
  }
  return {
    '@context': context,
    '@type': 'sc:Dataset',
    conformsTo: ['http://mlcommons.org/croissant/1.1', 'http://mlcommons.org/croissant/RAI/1.0'],
    name: facts.title.replaceAll(/[^\w. -]+/gu, ' ').trim(),
    description: facts.summary,
    license,
    citeAs: facts.notes?.citation ?? facts.title,
    inLanguage: [...facts.language],
    version: `1.0.0+${provenance.fingerprint.slice(0, 12)}`,
    isLiveDataset: false,
    distribution: manifest.files.map(fileObject),
    recordSet: facts.exports.map((one) =>
      recordSet(one.name, arrowSchema(one.schema(facts.arms)).fields, manifest),
    ),
    'prov:wasAttributedTo': agent,
    'prov:wasGeneratedBy': {
      '@type': 'prov:Activity',
      '@id': `run-${provenance.fingerprint}`,
      'prov:label': `run of the recipe ${provenance.recipe}`,
    },
    ...responsible(facts),
  }
}

/** Facts that the responsible-AI vocabulary and the EU's summary of training content ask for, as far as they are recorded. */
function responsible({ arms, verifiers = [], funnel, notes = {} }: CardFacts): Node {
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
    'rai:dataPreprocessingProtocol': lost.length === 0 ? ['nothing was left out'] : lost,
    'rai:machineAnnotationTools': verifiers.map(({ verifier, version }) => `${verifier} ${version}`),
    'rai:dataLimitations': [
      'A right final answer does not make the reasoning before it right.',
      ...(notes.limitations === undefined ? [] : [notes.limitations]),
    ],
  }
}

function fileObject({ path, bytes, sha256 }: Manifest['files'][number]): Node {
  return {
    '@type': 'cr:FileObject',
    '@id': path,
    name: path,
    contentUrl: path,
    contentSize: `${bytes} B`,
    encodingFormat: 'application/x-parquet',
    sha256,
  }
}

function recordSet(name: string, fields: readonly Field[], { files }: Manifest): Node {
  // Shards of one configuration have the same columns; the first stands for them in the sources of the fields.
  const first = files.find(({ config }) => config === name)!.path
  return {
    '@type': 'cr:RecordSet',
    '@id': name,
    name,
    field: fields.map((field) => fieldNode(field, name, first)),
  }
}

function fieldNode(field: Field, recordSetName: string, file: string): Node {
  const type = field.type as DataType
  const id = `${recordSetName}/${field.name}`
  const source = { fileObject: { '@id': file }, extract: { column: field.name } }
  const node = {
    '@type': 'cr:Field',
    '@id': id,
    name: id,
    description: field.metadata.get('description') ?? field.name,
  }
  if (DataType.isList(type)) {
    const array = { isArray: true, arrayShape: '-1' }
    const element = type.valueType as DataType
    if (!DataType.isStruct(element)) return { ...node, ...array, dataType: typeName(element), source }
    return { ...node, ...array, subField: subFields(element.children, id, source, '$[*].') }
  }
  if (DataType.isStruct(type)) return { ...node, subField: subFields(type.children, id, source, '$.') }
  return { ...node, dataType: typeName(type), source }
}

function subFields(members: readonly Field[], id: string, source: Node, path: string): Node[] {
  return members.filter(isPlain).map(({ name, type }) => ({
    '@type': 'cr:Field',
    '@id': `${id}/${name}`,
    name: `${id}/${name}`,
    dataType: typeName(type as DataType),
    source: { ...source, transform: { jsonPath: `${path}${name}` } },
  }))
}

/** Readers of Croissant take no members of members; the schema in the Parquet file has them. */
function isPlain({ type }: Field): boolean {
  return !DataType.isStruct(type) && !DataType.isList(type)
}

function typeName(type: DataType): string {
  if (DataType.isBool(type)) return 'sc:Boolean'
  if (DataType.isFloat(type)) return 'sc:Float'
  if (DataType.isInt(type)) return 'sc:Integer'
  return 'sc:Text'
}

const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  arrayShape: 'cr:arrayShape',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  fileProperty: 'cr:fileProperty',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isArray: 'cr:isArray',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  prov: 'http://www.w3.org/ns/prov#',
  rai: 'http://mlcommons.org/croissant/RAI/',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
}
