import { fileURLToPath } from 'node:url'
import type sharpFunction from 'sharp'
import { RunError } from '../../schemas/errors.ts'

/** Pixels for each unit of the drawing. */
const density = 144
const fonts = fileURLToPath(new URL('./fonts.conf', import.meta.url))

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
  process.env['FONTCONFIG_FILE'] = fonts
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
  }
}
