import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Where Node keeps compiled code. Not in the common folder for temporary files, where others could plant some. */
export const compiledFolder = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url))

/**
 * Has Node keep the compiled form of every file that is loaded from here on, and take it from there the next time; each
 * thread has to say so for itself. Node checks that what is kept belongs to the file as it is now. Where the folder
 * cannot be written, as in an installation for many users, everything is compiled again.
 */
export function keepCompiled(): void {
  enableCompileCache(compiledFolder)
}

/** Stores at once what was compiled so far: a thread that is ended from outside stores nothing. */
export function storeCompiled(): void {
  flushCompileCache()
}
