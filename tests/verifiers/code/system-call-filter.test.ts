import { assert, constantFrom, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasSystemCallFilter, systemCallFilter } from '../../../verifiers/code/system-call-filter.ts'
import { allowedCalls, conditionalCalls } from '../../../verifiers/code/system-calls.ts'

const architectures = ['x64', 'arm64'] as const
type Architecture = (typeof architectures)[number]
const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 }
const ALLOW = 0x7fff0000
const ENOSYS = 0x00050026
const KILL = 0x80000000

/** What the kernel would make of a call: runs the filter as `linux/filter.h` says. */
function answerTo(
  architecture: Architecture,
  call: number,
  args: readonly number[] = [],
  audit?: number,
): number {
  const data = new DataView(new ArrayBuffer(64))
  data.setUint32(0, call, true)
  data.setUint32(4, audit ?? AUDIT[architecture], true)
  args.forEach((value, index) => data.setBigUint64(16 + 8 * index, BigInt(value), true))
  const program = new DataView(systemCallFilter(architecture).buffer)
  let accumulator = 0
  for (let at = 0; ; at += 1) {
    const [code, k] = [program.getUint16(at * 8, true), program.getUint32(at * 8 + 4, true)]
    const jump = (holds: boolean): void => void (at += program.getUint8(at * 8 + (holds ? 2 : 3)))
    if (code === 0x06) return k
    else if (code === 0x20) accumulator = data.getUint32(k, true)
    else if (code === 0x15) jump(accumulator === k)
    else if (code === 0x25) jump(accumulator > k)
    else if (code === 0x35) jump(accumulator >= k)
    else if (code === 0x45) jump((accumulator & k) !== 0)
    else throw new Error(`no such instruction: ${code}`)
  }
}

describe.each(architectures)('the filter of system calls on %s', (architecture) => {
  const which = architecture === 'x64' ? 0 : 1
  const allowed = new Set<number | null>(Object.values(allowedCalls).map((numbers) => numbers[which]))
  const conditional = new Set<number>(Object.values(conditionalCalls).map((numbers) => numbers[which]))

  it('allows exactly the calls of the table', () => {
    const calls = Array.from({ length: 1_000 }, (_, call) => call).filter((call) => !conditional.has(call))
    const through = calls.filter((call) => answerTo(architecture, call) === ALLOW)
    expect(through).toEqual(calls.filter((call) => allowed.has(call)))
    expect(calls.every((call) => [ALLOW, ENOSYS].includes(answerTo(architecture, call)))).toBe(true)
  })

  it('lets processes start, namespaces not', () => {
    const call = conditionalCalls.clone[which]
    expect(answerTo(architecture, call, [0x3d0f00])).toBe(ALLOW)
    const flags = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
    for (const flag of flags) expect(answerTo(architecture, call, [flag | 17])).toBe(ENOSYS)
  })

  it('lets a process talk to itself, and nothing type into a terminal', () => {
    expect(answerTo(architecture, conditionalCalls.socketpair[which], [1])).toBe(ALLOW)
    for (const family of [2, 10, 16, 17, 40])
      expect(answerTo(architecture, conditionalCalls.socketpair[which], [family])).toBe(ENOSYS)
    expect(answerTo(architecture, conditionalCalls.ioctl[which], [0, 0x5401])).toBe(ALLOW)
    expect(answerTo(architecture, conditionalCalls.ioctl[which], [0, 0x5412])).toBe(ENOSYS)
  })

  it('ends a program that calls by the table of another processor', () => {
    assert(
      property(
        integer({ min: 0, max: 2 ** 31 - 1 }),
        constantFrom(0x40000003, 0x40000028, 0),
        (call, audit) => {
          expect(answerTo(architecture, call, [], audit)).toBe(KILL)
        },
      ),
    )
    expect(answerTo(architecture, 0x40000000 + 39)).toBe(ENOSYS)
  })
})

it('is there for two processors, and no other is said to have one', () => {
  expect(architectures.map((each) => hasSystemCallFilter(each))).toEqual([true, true])
  expect(hasSystemCallFilter('riscv64')).toBe(false)
  expect(systemCallFilter('riscv64')).toHaveLength(0)
})
