import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import sharp from 'sharp'
import { parseHTML } from 'linkedom'
import { beforeAll, expect, test } from 'vitest'
import { lengthRatios } from '../../../output/charts/length-ratios.ts'
import { lossFunnel } from '../../../output/charts/loss-funnel.ts'
import { centredBars, logarithmicBars, medianOf } from '../../../output/charts/histogram.ts'
import { passRates } from '../../../output/charts/pass-rates.ts'
import { fontFolder, fontList, loadSharp, pngOf } from '../../../output/charts/png.ts'
import { dark, light, type Theme } from '../../../output/charts/theme.ts'
import { tokenLengths } from '../../../output/charts/token-lengths.ts'
import { temporaryFolder } from '../temporary-folder.ts'

// The first text that is drawn decides for the process which fonts there are.
beforeAll(loadSharp)

const hostile = 'a <script>alert(1)</script> & "arm" \u0000\u202E\uFFFF'
const lengths = [
  {
    arm: hostile,
    kinds: [
      {
        kind: 'right' as const,
        tokens: new Map([
          [100, 30],
          [200, 10],
        ]),
      },
      {
        kind: 'wrong' as const,
        tokens: new Map([
          [100, 1],
          [200, 3],
        ]),
      },
    ],
  },
]
const rates = [
  {
    arm: hostile,
    rates: new Map([
      [0, 10],
      [0.5, 20],
      [1, 40],
    ]),
    least: 2,
    most: 4,
  },
]
const funnel = [
  { stage: 'planned', arm: hostile, in: 800, out: 800 },
  { stage: 'kept', arm: hostile, in: 800, out: 200 },
]
const ratios = {
  longer: hostile,
  shorter: 'short',
  ratios: new Map([
    [4, 10],
    [16, 30],
  ]),
}

const charts: Record<string, (theme: Theme) => Promise<string>> = {
  lossFunnel: (theme) => lossFunnel(funnel, theme),
  tokenLengths: (theme) => tokenLengths(lengths, theme),
  passRates: (theme) => passRates(rates, theme),
  lengthRatios: (theme) => lengthRatios(ratios, theme),
}

/** Bars of one colour, in the order in which they are drawn. */
function bars(svg: string, fill: string): { width: number; height: number }[] {
  const { document } = parseHTML(svg)
  return [...document.querySelectorAll(`g[fill="${fill}"] rect, rect[fill="${fill}"]`)].map((bar) => ({
    width: Number(bar.getAttribute('width')),
    height: Number(bar.getAttribute('height')),
  }))
}

test.for(Object.entries(charts))('%s is a file that any page and renderer can show', async ([, draw]) => {
  for (const theme of [light, dark]) {
    const svg = await draw(theme)
    expect(await draw(theme)).toBe(svg)
    expect(svg.trimEnd()).not.toMatch(/<style|style=|class=|var\(|currentColor|<script|[\p{Cc}\p{Cf}\uFFFF]/u)
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"')
    const { document } = parseHTML(svg)
    const [image] = document.querySelectorAll('svg')
    expect(image?.getAttribute('role')).toBe('img')
    const named = image!.getAttribute('aria-labelledby')!.split(' ')
    expect(named.map((id: string) => document.getElementById(id)?.tagName.toLowerCase())).toEqual([
      'title',
      'desc',
    ])
    const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true })
    expect(`#${data.subarray(0, 3).toString('hex')}`).toBe(theme.background)
    expect(info.width).toBe(720)
  }
})

test('two charts of one page have ids of their own', async () => {
  const ids = await Promise.all(
    Object.values(charts).map(async (draw) => /aria-labelledby="([^"]+)"/.exec(await draw(light))![1]),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

test('bars are as high as their numbers, and kinds lie over each other instead of on top', async () => {
  const [zero, half, all] = bars(await passRates(rates, light), light.series[0])
  expect(half!.height / zero!.height).toBeCloseTo(2, 6)
  expect(all!.height / zero!.height).toBeCloseTo(4, 6)
  const svg = await tokenLengths(lengths, light)
  const [right, wrong] = [bars(svg, light.series[0]), bars(svg, light.series[1])]
  // 75 and 25 % of the right ones, 25 and 75 % of the wrong ones.
  expect(right[0]!.height / right[1]!.height).toBeCloseTo(3, 6)
  expect(wrong[1]!.height).toBeCloseTo(right[0]!.height, 6)
  expect(wrong[0]!.height).toBeCloseTo(right[1]!.height, 6)
  const [four, sixteen] = bars(await lengthRatios(ratios, light), light.series[0])
  expect(sixteen!.height / four!.height).toBeCloseTo(3, 6)
})

test('what is left and what was lost make up what came in', async () => {
  const svg = await lossFunnel(funnel, light)
  const left = bars(svg, light.series[0]).map(({ width }) => width)
  const lost = bars(svg, light.faint).map(({ width }) => width)
  expect(left[0]! / left[1]!).toBeCloseTo(4, 6)
  expect(left[1]! + lost[1]!).toBeCloseTo(left[0]!, 6)
  expect(svg).toContain('>200 (−600)<')
})

async function pixels(text: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20" fill="#fff"/><text x="2" y="15" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">${text}</text></svg>`
  return sharp(Buffer.from(await pngOf(svg)))
    .raw()
    .toBuffer()
}

function ink(image: Buffer): number {
  return image.reduce((sum, value) => sum + (value < 128 ? 1 : 0), 0)
}

test('the font is found where the project is itself a dependency, in a folder of any name', async () => {
  const root = await temporaryFolder()
  const own = join(root, 'node_modules/twinstill/output/charts/png.ts')
  await mkdir(join(root, 'node_modules/dejavu-fonts-ttf'), { recursive: true })
  await writeFile(join(root, 'node_modules/dejavu-fonts-ttf/package.json'), '{}')
  expect(fontFolder(pathToFileURL(own).href)).toBe(
    join(await realpath(root), 'node_modules/dejavu-fonts-ttf/ttf'),
  )
  expect(fontList('/a & <b>')).toContain('<dir>/a &amp; &lt;b></dir>')
})

test('the texts of a PNG are letters: neither left out nor boxes for letters that no font has', async () => {
  const [none, wide, narrow, missing] = await Promise.all(
    ['', 'WWW', 'iii', '\u{10FFF0}\u{10FFF0}'].map(pixels),
  )
  expect(wide!.equals(none!)).toBe(false)
  expect(wide!.equals(narrow!)).toBe(false)
  expect(wide!.equals(missing!)).toBe(false)
  // In a box for a missing letter both take the same room.
  expect(ink(wide!)).toBeGreaterThan(1.5 * ink(narrow!))
})

test('every value is in one bar, and the bars hold as many as there are', () => {
  const occurrences = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 50 })), { minLength: 1 })
    .map((entries) => new Map(entries))
  fc.assert(
    fc.property(occurrences, (given) => {
      const total = [...given.values()].reduce((sum, count) => sum + count, 0)
      for (const drawn of [logarithmicBars(given, 4), centredBars(given, 7)]) {
        expect(drawn.reduce((sum, { count }) => sum + count, 0)).toBe(total)
        expect(drawn.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
        for (const value of given.keys())
          expect(drawn.filter(({ from, to }) => from <= value + 1e-6 && value < to - 1e-6).length).toBe(1)
      }
      const sorted = [...given].flatMap(([value, count]) => Array.from({ length: count }, () => value))
      sorted.sort((a, b) => a - b)
      expect(medianOf(given)).toBe(sorted[Math.ceil(sorted.length / 2) - 1])
    }),
  )
})
