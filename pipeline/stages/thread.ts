import { keepCompiled, storeCompiled } from '../../schemas/compiled-code.ts'
import { stageEntries } from './registry.ts'
import { serveStages } from './serve-stages.ts'

keepCompiled()

/** The entry point of the threads; each loads only the code of the stages that it gets jobs of. */
export default serveStages(async (name) => {
  const stage = await stageEntries.find((entry) => entry.name === name)?.load()
  storeCompiled()
  return stage
})
