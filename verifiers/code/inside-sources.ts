import { readFileSync } from 'node:fs'
import type { CodeOptions } from './code-options.ts'
import type { Language } from './code-tests.ts'
import type { SandboxProgram } from './sandbox.ts'
import { reachableProgram } from './reachable-program.ts'

/**
 * `judge` runs tests, `candidate` the program they are about, `stdio` a whole program per input, `checker` a program that
 * tells whether outputs are right, `probes` tries to get out.
 */
export type InsideRole = 'judge' | 'candidate' | 'stdio' | 'checker' | 'probes'

/** V8 reserves 512 MB for compiled code before it runs anything, and the kernel counts them as data. */
const NODE_RESERVED_MB = 576

const sources = new Map<string, string>()

/**
 * What runs inside a sandbox. Its source is an argument of the interpreter rather than a file, because whom the sandbox
 * runs as may not be able to read this project's folder.
 */
export function insideProgram(role: InsideRole, language: Language, options: CodeOptions): SandboxProgram {
  const node = reachableProgram(options.node === '' ? process.execPath : options.node)
  const limits = {
    cpuSeconds: options.cpu_seconds,
    memoryMb: options.memory_mb,
    processes: options.processes,
    fileMb: options.output_mb,
  }
  if (language === 'python') {
    return {
      argv: [options.python, '-s', '-B', '-c', sourceOf(role, 'py')],
      limits,
      readable: options.readable,
    }
  }
  const heap = `--max-old-space-size=${Math.ceil(options.memory_mb * 0.75)}`
  return {
    // In a function, or what the program declares would clash with what is declared here.
    argv: [node, heap, '--no-warnings', '-e', `(() => {\n${sourceOf(role, 'cjs')}})()`],
    limits: { ...limits, memoryMb: limits.memoryMb + NODE_RESERVED_MB },
    memoryKind: 'data',
    readable: node.startsWith('/usr/') ? options.readable : [...options.readable, node],
  }
}

/** What each role is made of, in this order. */
const PARTS: Record<'py' | 'cjs', Partial<Record<InsideRole, readonly string[]>>> = {
  py: { judge: ['codec', 'bridge', 'pytest_shim', 'suite', 'judge'], candidate: ['codec', 'candidate'] },
  cjs: { judge: ['codec', 'judge'], candidate: ['codec', 'candidate'] },
}

function sourceOf(role: InsideRole, extension: 'py' | 'cjs'): string {
  const name = `${role}.${extension}`
  const known = sources.get(name)
  if (known !== undefined) return known
  const source = (PARTS[extension][role] ?? [role])
    .map((part) => readFileSync(new URL(`inside/${part}.${extension}`, import.meta.url), 'utf8'))
    .join('\n')
  sources.set(name, source)
  return source
}

/** A program that can stand for every wrong one of `inside/stubs.*`. */
export function stubSource(language: Language): string {
  const name = language === 'python' ? 'stubs.py' : 'stubs.cjs'
  return readFileSync(new URL(`inside/${name}`, import.meta.url), 'utf8')
}
