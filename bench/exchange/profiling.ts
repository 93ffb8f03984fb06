import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'

/** A CPU profile of what runs from START to STOP, apart from what a start and an end cost. */
export type ProfileJob = { profile: 'START' } | { profile: 'STOP'; file: string }

const session = new Session()

export function profileOnRequest(): void {
  process.on('message', (asked: ProfileJob) => {
    profile(asked).then(() => process.send?.({ done: true }))
  })
}

async function profile(asked: ProfileJob): Promise<void> {
  if (asked.profile === 'START') {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 250 })
    await session.post('Profiler.start')
    return
  }
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  await writeFile(asked.file, JSON.stringify(profile))
}
