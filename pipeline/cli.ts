import { keepCompiled } from '../schemas/compiled-code.ts'
import { giveFreedMemoryBack } from '../schemas/freed-memory.ts'

/*
 * Loading hundreds of small files of TypeScript is most of what a short command costs. Only what is imported after this
 * call comes from the cache, so this file imports next to nothing else at once.
 */
giveFreedMemoryBack()
keepCompiled()
await import('./program.ts')
