import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type sharpFunction from 'sharp'
import { RunError } from '../../schemas/errors.ts'
import { replaceFile } from '../../store/files/atomic.ts'
import { remove } from '../../store/files/entries.ts'

/** Pixels for each unit of the drawing. */
const density = 144

/**
 * A chart as a PNG, in twice its size. Its texts are set in the font that the project brings along, because a machine
 * without fonts would leave them out and say nothing.
 *
 * @throws RunError where the library does not run on this machine
 */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const sharp = await loadSharp()
  return sharp(Buffer.from(svg), { density }).png({ palette: true }).toBuffer()
}

type Sharp = typeof sharpFunction

let loaded: Promise<Sharp> | undefined

/**
 * Loads what makes PNGs.
 *
 * @throws RunError where it does not run on this machine
 */
export async function loadSharp(): Promise<Sharp> {
  loaded ??= withOwnFonts()
  return loaded
}

/** The list of fonts is read once, with the first text. */
async function withOwnFonts(): Promise<Sharp> {
  const before = process.env['FONTCONFIG_FILE']
  const folder = join(tmpdir(), `twinstill-fonts-${randomUUID()}`)
  const list = join(folder, 'fonts.conf')
  await replaceFile(list, fontList(fontFolder()))
  process.env['FONTCONFIG_FILE'] = list
  try {
    const { default: sharp } = await import('sharp')
    const letter = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">a</text></svg>'
    await sharp(Buffer.from(letter)).raw().toBuffer()
    return sharp
  } catch (error) {
    throw new RunError(
      `plots cannot be drawn on ${process.platform} ${process.arch} (${(error as Error).message.split('\n')[0]}); install the package \`sharp\` for it, or set \`write.plots: false\` in the recipe`,
      { cause: error },
    )
  } finally {
    if (before === undefined) delete process.env['FONTCONFIG_FILE']
    else process.env['FONTCONFIG_FILE'] = before
    await remove(folder)
  }
}

/** Where the package of the font lies: in this project's own folder, or beside it where it is a dependency itself. */
export function fontFolder(from = import.meta.url): string {
  return join(dirname(createRequire(from).resolve('dejavu-fonts-ttf/package.json')), 'ttf')
}

/** The list of fonts with one folder in it, for fontconfig. */
export function fontList(folder: string): string {
  const path = folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig><dir>${path}</dir></fontconfig>\n`
}
