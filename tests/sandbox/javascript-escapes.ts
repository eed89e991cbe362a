import type { Escape } from './escapes.ts'

function javascript(body: string): string {
  return `async function attack() {\n${body}\n}\n`
}

/** The same ways out, by what Node offers. */
export const javascriptEscapes: readonly Escape[] = [
  {
    name: 'read a secret file',
    works: true,
    program: ({ secretFile, token }) =>
      javascript(
        `return require('fs').readFileSync('${secretFile}', 'utf8').includes('${token}') ? 'through' : ''`,
      ),
  },
  {
    name: 'read it by a shell',
    works: true,
    program: ({ secretFile, token }) =>
      javascript(`
const { stdout } = require('child_process').spawnSync('/bin/cat', ['${secretFile}'], { encoding: 'utf8' })
return String(stdout).includes('${token}') ? 'through' : ''`),
  },
  {
    name: 'read the environment',
    works: true,
    program: ({ variable }) => javascript(`return '${variable}' in process.env ? 'through' : ''`),
  },
  {
    name: 'write a file of the machine',
    works: true,
    program: ({ writableFile }) =>
      javascript(`require('fs').writeFileSync('${writableFile}', 'x'); return 'through'`),
  },
  {
    name: 'signal the process that started it',
    works: true,
    program: ({ pid }) => javascript(`process.kill(${pid}, 0); return 'through'`),
  },
  {
    name: 'list the processes of the machine',
    works: true,
    program: ({ pid }) =>
      javascript(`return require('fs').readdirSync('/proc').includes('${pid}') ? 'through' : ''`),
  },
  {
    name: 'connect to a local port',
    works: true,
    program: ({ port }) =>
      javascript(`
return new Promise((resolve, reject) => {
  require('net').connect(${port}, '127.0.0.1').once('connect', function () { this.destroy(); resolve('through') }).once('error', reject)
})`),
  },
  {
    name: 'open its inspector to others',
    works: true,
    program: () =>
      javascript(`
const inspector = require('inspector')
inspector.open(0, '127.0.0.1')
const address = inspector.url()
inspector.close()
return address === undefined ? '' : 'through'`),
  },
]
