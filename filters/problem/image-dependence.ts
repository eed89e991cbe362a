import { z } from 'zod'
import { quoted } from '../../schemas/quoted.ts'
import type { ProblemFilter } from '../filter.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/**
 * Problems that cannot be solved without a picture that is not there. OpenThoughts-114k drops what holds "figure",
 * "diagram", "jpeg", "png", "jpg" or "svg"; s1 drops references to images that do not exist. Whole words here, and
 * neither "figure out" nor significant or action figures. A figure in Asymptote or TikZ counts, because no teacher sees it drawn.
 */
export const imageDependence: ProblemFilter<z.infer<typeof Options>> = {
  name: 'image-dependence',
  version: '1',
  source: 'OpenThoughts-114k, s1',
  rules: ['P2'],
  scope: 'problem',
  defaultOn: false,
  reasons: { needs_image: 'The problem refers to a picture that is not there.' },
  options: Options,
  verifies: false,
  summary: 'refer to a picture',
  create: () =>
    byProblem(({ prompt }) => {
      const sign = signs.map((pattern) => pattern.exec(prompt)?.[0]).find((found) => found !== undefined)
      if (sign === undefined) return undefined
      return {
        reason: 'needs_image',
        detail: sign.toLowerCase(),
        message: `the prompt refers to a picture (${quoted(sign)}); remove the row`,
      }
    }),
}

const signs = [
  /(?<!\b(?:significant|action|stick|public|plane|solid|geometric) )\bfigure\b(?! out\b)/i,
  /\bdiagrams?\b/i,
  /\b(?:shown|pictured|depicted|illustrated) (?:below|above|on the (?:left|right)|here)\b/i,
  /\[asy\]|\\begin\{(?:asy|tikzpicture|figure)\}|\\includegraphics/,
  /!\[[^\]\n]{0,200}\]\(|<img\b/i,
  /\[(?:image|img|picture)\]/i,
  /\b(?:jpe?g|png|svg)\b/i,
]
