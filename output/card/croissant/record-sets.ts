import type { Field } from 'apache-arrow/schema'
import { DataType } from 'apache-arrow/type'
import { arrowSchema } from '../../../store/parquet/columns.ts'
import type { Manifest } from '../../dataset/manifest.ts'
import type { Export } from '../../exports/export.ts'
import type { CardFacts } from '../facts.ts'
import type { Node } from './context.ts'
import type { FieldProvenance } from './provenance.ts'

/** Every shard with its size and hash, and for each configuration the set of its shards. */
export function distribution({ files }: Manifest): Node[] {
  const sets = [...new Set(files.map(({ config }) => config))].map((config) => {
    const own = files.filter((file) => file.config === config)
    return {
      '@type': 'cr:FileSet',
      '@id': setId(config),
      name: setId(config),
      description: `The ${own.length} shards of ${config}, ${own.reduce((sum, { bytes }) => sum + bytes, 0)} bytes.`,
      encodingFormat: parquet,
      includes: own.map(({ path }) => path),
    }
  })
  return [...files.map(fileObject), ...sets]
}

const parquet = 'application/x-parquet'

function setId(config: string): string {
  return `shards-${config}`
}

function fileObject({ path, bytes, sha256 }: Manifest['files'][number]): Node {
  return {
    '@type': 'cr:FileObject',
    '@id': path,
    name: path,
    contentUrl: path,
    contentSize: `${bytes} B`,
    encodingFormat: parquet,
    sha256,
  }
}

/** The rows of one configuration with all its columns, each with where it comes from. */
export function recordSet(one: Export, { arms }: CardFacts, provenanceOf: FieldProvenance): Node {
  const { fields } = arrowSchema(one.schema(arms))
  const key = fields.some(({ name }) => name === 'id') ? 'id' : one.matched ? 'pair_id' : undefined
  return {
    '@type': 'cr:RecordSet',
    '@id': one.name,
    name: one.name,
    description: one.describe,
    ...(key !== undefined && { key: { '@id': `${one.name}/${key}` } }),
    field: fields.map((field) => fieldNode(field, one.name, provenanceOf(one.name, field.name))),
  }
}

function fieldNode(field: Field, config: string, provenance: Node): Node {
  const type = field.type as DataType
  const id = `${config}/${field.name}`
  const source = { fileSet: { '@id': setId(config) }, extract: { column: field.name } }
  const node = {
    '@type': 'cr:Field',
    '@id': id,
    name: id,
    description: field.metadata.get('description') ?? field.name,
    ...provenance,
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
