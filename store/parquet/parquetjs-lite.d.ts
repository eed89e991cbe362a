/** The parts of parquetjs-lite 0.8.7 that are used; it has no types of its own. */
declare module 'parquetjs-lite/lib/schema.js' {
  export type LiteField = {
    type?: string
    optional?: boolean
    repeated?: boolean
    compression?: string
    statistics?: false
    fields?: Record<string, LiteField>
  }
  export class ParquetSchema {
    constructor(fields: Record<string, LiteField>)
    readonly fieldList: readonly unknown[]
  }
}

declare module 'parquetjs-lite/lib/writer.js' {
  import type { ParquetSchema } from 'parquetjs-lite/lib/schema.js'

  type Options = { pageSize?: number; rowGroupSize?: number; useDataPageV2?: boolean; pageIndex?: boolean }
  export class ParquetEnvelopeWriter {
    constructor(
      schema: ParquetSchema,
      write: (bytes: Buffer) => Promise<void>,
      close: () => Promise<void>,
      offset: number,
      options: Options,
    )
    readonly rowCount: number
  }
  export class ParquetWriter {
    constructor(schema: ParquetSchema, envelope: ParquetEnvelopeWriter, options: Options)
    setRowGroupSize(rows: number): void
    setMetadata(key: string, value: string): void
    appendRow(row: object): Promise<void>
    close(): Promise<void>
  }
}

declare module 'parquetjs-lite/lib/compression.js' {
  type Method = { deflate: (bytes: Buffer) => Uint8Array; inflate: (bytes: Buffer) => Uint8Array }
  export const PARQUET_COMPRESSION_METHODS: Record<string, Method>
}
