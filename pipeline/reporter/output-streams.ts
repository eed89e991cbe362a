/** Where a display may draw over itself and use colours: on a terminal that can, with nobody keeping a log of it. */
export function canDraw(
  stream: NodeJS.WriteStream,
  { TERM, CI }: Record<string, string | undefined>,
): boolean {
  return stream.isTTY && TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false' || CI === '0')
}

/** The reader left: a pipe that was closed (`| head`), a terminal that is gone, a file system that was unmounted. */
const gone = new Set(['EPIPE', 'EIO', 'ENXIO', 'ECONNRESET', 'ENOTCONN', 'EBADF', 'ERR_STREAM_DESTROYED'])

/**
 * Lets the program go on when nobody can read what it prints, because its answers are paid for.
 *
 * @param onLost is told once when what is printed is wanted and is lost, as on a full disk
 */
export function outliveReaders(streams: readonly NodeJS.WriteStream[], onLost: (code: string) => void): void {
  let isTold = false
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.message
      if (gone.has(code) || isTold) return
      isTold = true
      onLost(code)
    })
  }
}
