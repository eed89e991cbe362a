import { serveStages } from '../../../pipeline/stages/serve-stages.ts'
import { firstWordsStage } from './first-words.ts'

export default serveStages(async () => firstWordsStage)
