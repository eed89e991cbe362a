import { parquetMetadataAsync } from 'hyparquet'
import type { AsyncBuffer, FileMetaData } from 'hyparquet'
import { checkFooter } from './check-footer.ts'

/** What the footer of a file says, which is held against the file before anything trusts it. */
export async function readFooter(file: AsyncBuffer): Promise<FileMetaData> {
  const metadata = await wholeFooter(file)
  // Enumerations are texts too, but the library only decodes what is marked as UTF-8.
  for (const element of metadata.schema)
    if (element.converted_type === 'ENUM') element.converted_type = 'UTF8'
  checkFooter(metadata, file.byteLength)
  return metadata
}

/** The library decodes a footer without a doubt, and trips over what is missing or nested without end. */
async function wholeFooter(file: AsyncBuffer): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file, {
      geoparquet: false,
      // The library would begin with half a megabyte, which over a network is more than the columns of a small file.
      initialFetchSize: 64 * 1024,
    })
  } catch (cause) {
    if (cause instanceof TypeError || cause instanceof RangeError)
      throw new Error('its footer is not whole', { cause })
    throw cause
  }
}
