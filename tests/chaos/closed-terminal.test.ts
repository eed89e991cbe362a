import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { interruptedRun } from '../support/interrupted-run.ts'

const cli = fileURLToPath(new URL('../../pipeline/cli.ts', import.meta.url))
const hasTmux = spawnSync('tmux', ['-V']).status === 0

test.skipIf(!hasTmux)(
  'a run whose terminal is closed waits for what is in flight and buys nothing twice',
  async () => {
    await using run = await interruptedRun()
    const name = `twinstill-${process.pid}`
    const tmux = (...args: string[]) => spawnSync('tmux', ['-L', name, ...args], { encoding: 'utf8' })
    const command = `echo $$ > ${run.folder}/pid; exec '${process.execPath}' '${cli}' distill '${run.recipe}'`
    expect(tmux('new-session', '-d', '-c', run.folder, 'sh', '-c', command)).toMatchObject({ status: 0 })
    await run.asked(8)
    const pid = Number(spawnSync('cat', [`${run.folder}/pid`], { encoding: 'utf8' }).stdout)
    tmux('kill-server')
    while (spawnSync('kill', ['-0', String(pid)]).status === 0) await sleep(50)
    expect(await run.goOn()).toMatchObject({ code: 0 })
    const twice = await run.boughtTwice()
    console.log(`closed terminal: ${twice} requests bought twice`)
    expect(twice).toBe(0)
  },
)
