import { openSession } from '../../../store/session/session.ts'

/* Takes a run folder and keeps it until it is killed: node hold.ts FOLDER */
await openSession(process.argv[2]!, { shared: false })
process.stdout.write('held\n')
setInterval(() => undefined, 1000)
