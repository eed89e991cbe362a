import { randomBytes } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ParquetWriter } from 'hyparquet-writer'
import { inspectShard, makeManifest, readManifest, writeManifest } from '../../output/dataset/manifest.ts'
import { compressZstd, fileWriter } from '../../store/parquet/file-writer.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { shardPath } from '../../output/dataset/shards.ts'

/** Text of one row group, as the project's own writer cuts them. */
const groupBytes = 32_000_000

/**
 * Puts random texts into the dataset of a finished run, so that it has about `bytes` bytes in `shards` shards of each
 * configuration and a content that was never there before. Rows, ids and fingerprint stay, so it can be published.
 */
export async function blowUpDataset(
  runFolder: string,
  { bytes, shards }: { bytes: number; shards: number },
): Promise<void> {
  const folder = join(runFolder, 'dataset')
  const { recipe, exports, files, plots } = await readManifest(folder)
  const configs = [...new Set(files.map(({ config }) => config))]
  const rows: { pair_id: string; source: string; license: string }[] = []
  for (const { path } of files.filter(({ config }) => config === configs[0]))
    for await (const row of readParquetRows(join(folder, path), {
      columns: ['pair_id', 'source', 'license'],
    }))
      rows.push(row as (typeof rows)[number])
  await rm(join(folder, 'data'), { recursive: true })
  const textBytes = Math.ceil(bytes / configs.length / rows.length)
  const written = []
  for (const config of configs) {
    for (let index = 0; index < shards; index++) {
      const path = shardPath(config, index, shards)
      const own = rows.slice((index * rows.length) / shards, ((index + 1) * rows.length) / shards)
      await writeShard(join(folder, path), own, textBytes)
      written.push(await inspectShard(folder, path, config))
    }
  }
  await writeManifest(folder, makeManifest(recipe, { exports, files: written, plots }))
}

async function writeShard(path: string, rows: readonly object[], textBytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const handle = await open(path, 'wx')
  const columns = ['pair_id', 'source', 'license', 'text'] as const
  const writer = new ParquetWriter({
    writer: fileWriter(handle, () => undefined),
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map((name) => ({
        name,
        type: 'BYTE_ARRAY' as const,
        converted_type: 'UTF8' as const,
        repetition_type: 'REQUIRED' as const,
      })),
    ],
    codec: 'ZSTD',
    compressors: { ZSTD: compressZstd },
    createdBy: 'twinstill',
    kvMetadata: [{ key: 'twinstill.digest', value: randomBytes(32).toString('hex') }],
  })
  const inGroup = Math.max(1, Math.floor(groupBytes / textBytes))
  for (let start = 0; start < rows.length; start += inGroup) {
    // Six bits of chance a letter: the compressed file has about three quarters of the text's length.
    const group = rows
      .slice(start, start + inGroup)
      .map((row) => Object.assign({ text: randomBytes(textBytes).toString('base64') }, row))
    await writer.write({
      columnData: columns.map((name) => ({
        name,
        data: group.map((row) => (row as Record<string, string>)[name]!),
        statistics: name !== 'text',
      })),
      rowGroupSize: group.length,
    })
  }
  await writer.finish()
  await handle.close()
}
