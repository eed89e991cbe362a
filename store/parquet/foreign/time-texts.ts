export type TimeUnit = 'MILLIS' | 'MICROS' | 'NANOS'

const perSecond: Readonly<Record<TimeUnit, bigint>> = {
  MILLIS: 1000n,
  MICROS: 1_000_000n,
  NANOS: 1_000_000_000n,
}

/** `2026-05-01`, of days since 1970; `undefined` for years beyond those of four digits. */
export function dateText(days: bigint): string | undefined {
  const milliseconds = Number(days) * 86_400_000
  if (!(Math.abs(milliseconds) <= 8.64e15)) return undefined
  const text = new Date(milliseconds).toISOString().slice(0, -'T00:00:00.000Z'.length)
  return /^\d{4}-/.test(text) ? text : undefined
}

/** `12:34:56`, with as many digits of a fraction as the unit has where there is one. */
export function timeText(value: bigint, unit: TimeUnit): string {
  const scale = perSecond[unit]
  const seconds = value / scale
  const [hour, minute, second] = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) =>
    String(part).padStart(2, '0'),
  )
  const fraction = value % scale
  const digits = String(scale).length - 1
  return `${hour}:${minute}:${second}${fraction === 0n ? '' : `.${String(fraction).padStart(digits, '0')}`}`
}

/** `2026-05-01T12:34:56Z`; without `Z` for a time of no zone. `undefined` for years beyond those of four digits. */
export function timestampText(value: bigint, unit: TimeUnit, isUtc: boolean): string | undefined {
  const day = perSecond[unit] * 86_400n
  const inDay = ((value % day) + day) % day
  const date = dateText((value - inDay) / day)
  return date === undefined ? undefined : `${date}T${timeText(inDay, unit)}${isUtc ? 'Z' : ''}`
}

/** An ISO 8601 duration (`P1M2DT3.004S`) of three little-endian whole numbers: months, days, milliseconds. */
export function durationText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [months, days, milliseconds] = [0, 4, 8].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
  ]
  const date = `${months > 0 ? `${months}M` : ''}${days > 0 ? `${days}D` : ''}`
  const time = milliseconds > 0 || date === '' ? `T${milliseconds / 1000}S` : ''
  return `P${date}${time}`
}
