import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import process from 'node:process'

/**
 * Whether there is a Redis. A plain line tells where there is none; continuous integration must have one.
 *
 * @throws Error where `CI` is set and there is none
 */
export function hasRedis(): boolean {
  const found = spawnSync('redis-server', ['--version']).error === undefined
  if (!found && process.env['CI'] !== undefined)
    throw new Error('there is no redis-server; install it with `apt-get install redis-server`')
  if (!found) process.stderr.write('SKIPPED: no redis-server, so nobody has looked at queues\n')
  return found
}

/** A Redis of this test on a port of this machine, without a disk: it is started, ended and started again, empty each time. */
export type RedisServer = {
  port: number
  start(): Promise<void>
  kill(): Promise<void>
  /** Everything that clients have sent since the first start. */
  heard(): string
} & AsyncDisposable

export async function redisServer(password?: string): Promise<RedisServer> {
  const port = await freePort()
  let server: ChildProcess | undefined
  let monitor: ChildProcess | undefined
  let heard = ''
  const auth = password === undefined ? [] : ['--requirepass', password]
  const kill = async (): Promise<void> => {
    await ended(server)
    await ended(monitor)
  }
  return {
    port,
    async start() {
      const place = ['--port', String(port), '--bind', '127.0.0.1']
      server = spawn('redis-server', [...place, '--save', '', '--appendonly', 'no', ...auth])
      await said(server, 'Ready to accept connections')
      monitor = spawn('redis-cli', ['-p', String(port), 'monitor'], {
        env: { ...process.env, REDISCLI_AUTH: password },
      })
      monitor.stdout!.on('data', (text: Buffer) => (heard += text.toString()))
      await said(monitor, 'OK')
    },
    kill,
    heard: () => heard,
    [Symbol.asyncDispose]: kill,
  }
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

async function said(child: ChildProcess, words: string): Promise<void> {
  let text = ''
  for await (const piece of child.stdout!.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    text += piece.toString()
    if (text.includes(words)) break
  }
  if (!text.includes(words)) throw new Error(`it ended without saying ${words}: ${text}`)
  child.stdout!.resume()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
