import { existsSync } from 'node:fs'
import process from 'node:process'
import { chromium, type Browser } from 'playwright-core'

/** `CHROMIUM` names a browser, else Debian's is taken. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/**
 * Whether there is a Chromium. A plain line tells where there is none; continuous integration must have one.
 *
 * @param what what nobody has looked at without it
 * @throws Error where `CI` is set and there is none
 */
export function hasChromium(what: string): boolean {
  const found = existsSync(executablePath)
  if (!found && process.env['CI'] !== undefined)
    throw new Error(`there is no Chromium at ${executablePath}; install it, or name one in CHROMIUM`)
  if (!found) console.warn(`SKIPPED: no Chromium at ${executablePath}, so nobody has looked at ${what}`)
  return found
}

/** Starts the browser; as root it refuses to start in its sandbox. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
}
