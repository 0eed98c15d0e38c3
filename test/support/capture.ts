/** tcpdump in a namespace, as text. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Milliseconds until a packet that has not come does not come. */
const PATIENCE = 30_000

/** Starts to capture one packet; resolves when tcpdump listens. */
export async function captureOne(
  netns: string,
  dev: string,
  options: readonly string[],
): Promise<{ packet: Promise<string> }> {
  const child = spawn('ip', ['netns', 'exec', netns, 'tcpdump', '-nn', '-l', '-c', '1', '-i', dev, ...options])
  const patience = AbortSignal.timeout(PATIENCE)
  const packet = once(createInterface(child.stdout), 'line', { signal: patience }).then(
    ([line]) => String(line),
    (cause) => {
      child.kill()
      throw new Error(`no packet: ${options.join(' ')} on ${dev}`, { cause })
    },
  )
  // It may fail while the test still awaits something else.
  packet.catch(() => {})
  const listening = new Promise<void>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
      if (said.includes('listening on')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`tcpdump ended (${code}) before it listened: ${said}`)))
  })
  await listening
  return { packet }
}
