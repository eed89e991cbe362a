export type Flood = { name: string; program: string; tests: string; expected: RegExp }

function python(body: string): string {
  const lines = body
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
  return `import os, signal, subprocess, sys, threading, time\n\ndef attack():\n${lines.join('\n')}\n`
}

/** Attacks on what the machine has to give; each must end by itself, within the limits and with the program's failure. */
export const floods: readonly Flood[] = [
  {
    name: 'fork bomb',
    program: python(`
count = 0
try:
    while count < 1000:
        if os.fork() == 0: time.sleep(60)
        count += 1
except OSError: pass
return count`),
    tests: 'assert attack() > 32',
    expected: /^incorrect: wrong_answer$/u,
  },
  {
    name: 'fork bomb that never looks back',
    program: python('while True:\n    try: os.fork()\n    except OSError: pass'),
    tests: 'assert attack()',
    expected: /^incorrect: (?:time_limit|crashed)$/u,
  },
  {
    name: 'thread bomb',
    program: python(`
count = 0
try:
    while count < 1000:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        count += 1
except RuntimeError: pass
return count`),
    tests: 'assert attack() > 32',
    expected: /^incorrect: wrong_answer$/u,
  },
  {
    name: 'memory bomb',
    program: python('return len(bytearray(2 << 30))'),
    tests: 'assert attack() > 0',
    expected: /^incorrect: memory_limit$/u,
  },
  {
    name: 'memory bomb that grows',
    program: python(`
held = []
while True: held.append(bytearray(b'x' * 10_000_000))`),
    tests: 'assert attack() > 0',
    expected: /^incorrect: (?:memory|time)_limit$/u,
  },
  {
    name: 'disk fill with one file',
    program: python(`
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = 0
try:
    with open('/tmp/big', 'wb', buffering=0) as file:
        while size < 1 << 30: size += file.write(b'x' * 1_000_000)
except OSError: pass
return size`),
    tests: 'assert attack() > 16 << 20',
    expected: /^incorrect: wrong_answer$/u,
  },
  {
    name: 'disk fill with many files',
    program: python(`
size = 0
try:
    for number in range(10_000):
        with open('/tmp/%d' % number, 'wb', buffering=0) as file: size += file.write(b'x' * 1_000_000)
except OSError: pass
return size`),
    tests: 'assert attack() > 32 << 20',
    expected: /^incorrect: wrong_answer$/u,
  },
  {
    name: 'output flood',
    program: python("while True: os.write(2, b'x' * 100_000)"),
    tests: 'assert attack()',
    expected: /^incorrect: output_limit$/u,
  },
  {
    name: 'result flood',
    program: python("return 'x' * (20 << 20)"),
    tests: 'assert attack()',
    expected: /^incorrect: output_limit$/u,
  },
  {
    name: 'result flood past the wrapper',
    program: python(`
for descriptor in range(3, 64):
    try:
        while True: os.write(descriptor, b'x' * 100_000)
    except OSError: pass`),
    tests: 'assert attack()',
    expected: /^incorrect: output_limit$/u,
  },
  {
    name: 'endless loop',
    program: python('while True: pass'),
    tests: 'assert attack()',
    expected: /^incorrect: time_limit$/u,
  },
  {
    name: 'endless loop that ignores the signal',
    program: python('signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass'),
    tests: 'assert attack()',
    expected: /^incorrect: (?:time_limit|crashed)$/u,
  },
  {
    name: 'sleep',
    program: python('time.sleep(1_000)'),
    tests: 'assert attack()',
    expected: /^incorrect: time_limit$/u,
  },
  {
    name: 'endless answer',
    program: 'def attack():\n    while True: yield 1\n',
    tests: 'assert sum(attack()) == 1',
    expected: /^(?:incorrect|timeout): /u,
  },
  {
    name: 'endless recursion',
    program: 'def attack(): return attack()\n',
    tests: 'assert attack()',
    expected: /^incorrect: runtime_error$/u,
  },
  {
    name: 'deep answer',
    program: python('value = []\nfor _ in range(100_000): value = [value]\nreturn value'),
    tests: 'assert attack() == []',
    expected: /^incorrect: /u,
  },
  {
    name: 'kill everything',
    program: python('os.kill(-1, signal.SIGKILL)'),
    tests: 'assert attack()',
    expected: /^incorrect: (?:crashed|runtime_error)$/u,
  },
]
