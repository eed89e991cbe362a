import { stageEntries } from './registry.ts'
import { serveStages } from './serve-stages.ts'

/** The entry point of the threads; each loads only the code of the stages that it gets jobs of. */
export default serveStages(async (name) => stageEntries.find((entry) => entry.name === name)?.load())
