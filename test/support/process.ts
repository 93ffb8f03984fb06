import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** Real processes, as a person starts them. */

const root = fileURLToPath(new URL('../../', import.meta.url))

export type Running = {
  child: ChildProcessByStdio<null, Readable, Readable>
  output(): string
  until(text: string): Promise<void>
  end(): Promise<{ code: number | null; output: string }>
}

/** A program of this project as a process of its own, in a folder that is its home. */
export function launch(
  directory: string,
  script: string,
  environment: Record<string, string>,
  arguments_: string[] = [],
): Running {
  const child = spawn(process.execPath, [join(root, script), ...arguments_], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? '', HOME: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const waiting = new Set<() => void>()
  const hear = (chunk: Buffer) => {
    output += chunk.toString('utf8')
    for (const check of waiting) check()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, output })),
  )
  return {
    child,
    output: () => output,
    until: (text) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!output.includes(text)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        ended.then(({ code }) => reject(new Error(`ended with ${code} before "${text}":\n${output}`)))
        check()
      }),
    end: () => ended,
  }
}

/** Free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  return address.port
}
