import { keepCompiled } from '../schemas/compiled-code.ts'

/*
 * Loading hundreds of small files of TypeScript is most of what a short command costs. Only what is imported after this
 * call comes from the cache, so this file imports nothing else at once.
 */
keepCompiled()
await import('./program.ts')
