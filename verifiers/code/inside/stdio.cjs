// Runs the program once per input; see stdio.py.
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const { createInterface } = require('node:readline')
const { constants } = require('node:os')

async function main() {
  fs.writeSync(1, 'ready\n')
  let program
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line)
    if (program === undefined) {
      program = message.program
      fs.writeFileSync('/tmp/program.js', program)
    } else {
      process.stdout.write(`${JSON.stringify(run(message.input))}\n`)
    }
  }
}

function run(input) {
  fs.writeFileSync('/tmp/input', input)
  // Output goes to a file because the kernel's limit on file sizes then also stops a flood.
  const stdio = [
    fs.openSync('/tmp/input', 'r'),
    fs.openSync('/tmp/output', 'w'),
    fs.openSync('/tmp/complaint', 'w'),
  ]
  const { status, signal } = spawnSync(
    process.execPath,
    [...process.execArgv.filter(isLimit), '/tmp/program.js'],
    { stdio },
  )
  stdio.forEach((descriptor) => fs.closeSync(descriptor))
  const complaint = fs.readFileSync('/tmp/complaint', 'utf8').slice(-2_000)
  return {
    code: status ?? -constants.signals[signal],
    output: fs.readFileSync('/tmp/output', 'utf8'),
    complaint,
  }
}

function isLimit(argument) {
  return argument.startsWith('--max-old-space-size')
}

void main()
