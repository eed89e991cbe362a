import type { Eta } from '../../schemas/progress.ts'

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** `1.2K`, `34M` */
export function compact(count: number): string {
  return short.format(count)
}

/** A whole number with a comma between thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`
}

/** `$0.012`, `$12.30`: always as many digits, for what is drawn again and again in the same place. */
export function dollars(usd: number): string {
  return `$${usd.toFixed(usd < 10 ? 3 : 2)}`
}

/** `$1,234`, `$12.30`, `$0.00012`: as many digits as an amount needs that stands alone. */
export function money(usd: number): string {
  if (usd >= 100) return `$${count(usd)}`
  return `$${usd >= 1 || usd === 0 ? usd.toFixed(2) : usd.toPrecision(2)}`
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3))
  return `${(value / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

/**
 * `40 s`, `12 min` or `3.5 h`
 *
 * @param like in the unit of how many seconds
 */
export function duration(seconds: number, like = seconds): string {
  const { value, unit } = scaled(seconds, like)
  return `${value} ${unit}`
}

/** `2min (1-4)`: the expected time, and its interval in the same unit. */
export function etaText(eta: Eta | null): string {
  if (!eta) return ''
  if (eta.seconds <= 0) return ''
  const { value, unit } = scaled(eta.seconds, eta.seconds)
  if (eta.low === null) return `~${value}${unit}`
  const low = scaled(eta.low, eta.seconds).value
  const high = eta.high === null ? '?' : scaled(eta.high, eta.seconds).value
  return low === value && high === value ? `${value}${unit}` : `${value}${unit} (${low}-${high})`
}

/** @param like in the unit of how many seconds */
function scaled(seconds: number, like: number): { value: string; unit: string } {
  if (like < 90) return { value: String(Math.ceil(seconds)), unit: 's' }
  if (like < 5400) return { value: String(Math.ceil(seconds / 60)), unit: 'min' }
  if (like < 172_800) return { value: (seconds / 3600).toFixed(1), unit: 'h' }
  return { value: (seconds / 86_400).toFixed(1), unit: 'd' }
}

/** `2:05`, `1:02:05` */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds)
  const minutes = String(Math.floor(whole / 60) % 60)
  const rest = String(whole % 60).padStart(2, '0')
  return whole < 3600
    ? `${minutes}:${rest}`
    : `${Math.floor(whole / 3600)}:${minutes.padStart(2, '0')}:${rest}`
}
