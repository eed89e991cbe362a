import { fileURLToPath } from 'node:url'
import { namesIn, readBytes, readText } from '../../store/files/entries.ts'

/** Files of the page, by their paths. They hold nothing of the run. */
export type Assets = Readonly<Record<string, { type: string; body: string | Uint8Array<ArrayBuffer> }>>

/** Later sheets say more than earlier ones, so their order is theirs. */
const sheets = ['base', 'frame', 'pair', 'texts', 'code', 'media']

const client = new URL('../client/', import.meta.url)
const font = new URL(
  import.meta.resolve('@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2'),
)

/** The modules, the style and the font of the page, as they lie here: nothing is built. */
export async function loadAssets(): Promise<Assets> {
  const names = (await namesIn(fileURLToPath(client))).filter((name) => name.endsWith('.js'))
  const modules = await Promise.all(
    names.map(async (name) => {
      const body = await textOf(new URL(name, client))
      return [`/client/${name}`, { type: 'text/javascript; charset=utf-8', body }] as const
    }),
  )
  const styles = await Promise.all(sheets.map((name) => textOf(new URL(`style/${name}.css`, client))))
  return {
    ...Object.fromEntries(modules),
    '/style.css': { type: 'text/css; charset=utf-8', body: styles.join('\n') },
    '/math.woff2': { type: 'font/woff2', body: await bytesOf(font) },
  }
}

async function textOf(url: URL): Promise<string> {
  const text = await readText(fileURLToPath(url))
  if (text === undefined) throw new Error(`${url.href} is missing`)
  return text
}

async function bytesOf(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBytes(fileURLToPath(url))
  if (!bytes) throw new Error(`${url.href} is missing`)
  return new Uint8Array(bytes)
}
