import { allowedCalls, conditionalCalls } from './system-calls.ts'

/** Processors that the table of system calls covers, with what the kernel calls them (`linux/audit.h`). */
const AUDIT_ARCH: Partial<Record<NodeJS.Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }

/** Instructions of classic BPF (`linux/bpf_common.h`): load a word, jump where a comparison holds, return. */
const LOAD = 0x20
const JUMP_EQUAL = 0x15
const JUMP_ABOVE = 0x25
const JUMP_AT_LEAST = 0x35
const JUMP_ANY_BIT = 0x45
const RETURN = 0x06

/** Answers of a filter (`linux/seccomp.h`). */
const KILL = 0x80000000
const ALLOW = 0x7fff0000
const NO_SUCH_CALL = 0x00050000 + 38

/** Places in `struct seccomp_data`; arguments are read by their lower half. */
const NUMBER = 0
const ARCHITECTURE = 4
const argument = (index: number): number => 16 + 8 * index

/** Numbers from here on are the second table of x86-64 (x32), which no program of ours has. */
const X32 = 0x40000000
/** All `CLONE_NEW…` flags of `clone`: a process may be started, a namespace not. */
const NEW_NAMESPACES = 0x7e020000
const AF_UNIX = 1
/** `ioctl` requests that put text into a terminal. */
const TERMINAL_INPUT = [0x5412, 0x541c]

type Instruction = readonly [code: number, value: number, whenTrue?: number, whenFalse?: number]

/** Whether sandboxes on this processor can have a filter at all. */
export function hasSystemCallFilter(architecture: NodeJS.Architecture = process.arch): boolean {
  return AUDIT_ARCH[architecture] !== undefined
}

/**
 * A filter for seccomp, in the form that bubblewrap's `--seccomp` reads: a closed list of what programs need, everything
 * else is answered as a call that the kernel does not have (ENOSYS), so that libraries fall back to older ways. `clone3`
 * is left out on purpose: its flags stand in memory, where a filter cannot look.
 *
 * @returns eight bytes an instruction; empty for a processor that is not in the table
 */
export function systemCallFilter(architecture: NodeJS.Architecture = process.arch): Uint8Array {
  const auditArch = AUDIT_ARCH[architecture]
  if (auditArch === undefined) return new Uint8Array()
  const which = architecture === 'x64' ? 0 : 1
  const { clone, ioctl, socketpair } = conditionalCalls
  return assembled([
    [LOAD, ARCHITECTURE],
    [JUMP_EQUAL, auditArch, 1, 0],
    [RETURN, KILL],
    [LOAD, NUMBER],
    [JUMP_AT_LEAST, X32, 0, 1],
    [RETURN, NO_SUCH_CALL],
    ...rangesOf(Object.values(allowedCalls).map((numbers) => numbers[which])).flatMap(allowRange),
    ...onCall(clone[which], [
      [LOAD, argument(0)],
      [JUMP_ANY_BIT, NEW_NAMESPACES, 0, 1],
      [RETURN, NO_SUCH_CALL],
      [RETURN, ALLOW],
    ]),
    ...onCall(socketpair[which], [
      [LOAD, argument(0)],
      [JUMP_EQUAL, AF_UNIX, 0, 1],
      [RETURN, ALLOW],
      [RETURN, NO_SUCH_CALL],
    ]),
    ...onCall(ioctl[which], [
      [LOAD, argument(1)],
      ...TERMINAL_INPUT.flatMap((request): Instruction[] => [
        [JUMP_EQUAL, request, 0, 1],
        [RETURN, NO_SUCH_CALL],
      ]),
      [RETURN, ALLOW],
    ]),
    [RETURN, NO_SUCH_CALL],
  ])
}

/** Neighbouring numbers together, because every comparison costs time at every call. */
function rangesOf(numbers: readonly (number | null)[]): [first: number, last: number][] {
  const ranges: [number, number][] = []
  for (const number of numbers.filter((each) => each !== null).toSorted((a, b) => a - b)) {
    const range = ranges.at(-1)
    if (range !== undefined && number === range[1] + 1) range[1] = number
    else ranges.push([number, number])
  }
  return ranges
}

function allowRange([first, last]: readonly [number, number]): Instruction[] {
  return [
    [JUMP_AT_LEAST, first, 0, 2],
    [JUMP_ABOVE, last, 1, 0],
    [RETURN, ALLOW],
  ]
}

/** Every way through `then` returns, so what stands behind it still sees the call's number. */
function onCall(number: number, then: readonly Instruction[]): Instruction[] {
  return [[JUMP_EQUAL, number, 0, then.length], ...then]
}

function assembled(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(instructions.length * 8))
  for (const [index, [code, value, whenTrue = 0, whenFalse = 0]] of instructions.entries()) {
    bytes.setUint16(index * 8, code, true)
    bytes.setUint8(index * 8 + 2, whenTrue)
    bytes.setUint8(index * 8 + 3, whenFalse)
    bytes.setUint32(index * 8 + 4, value, true)
  }
  return new Uint8Array(bytes.buffer)
}
