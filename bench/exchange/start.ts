import { spreadOf } from './rounds.ts'
import { type Bench, milliseconds, type Row } from './row.ts'
import { startService } from './service.ts'

/** From the start of `npm start` on a database that is there to the first answer. */
export async function measureStart({ world, settings }: Bench): Promise<Row[]> {
  const times: number[] = []
  for (let round = 0; round < settings.rounds; round += 1) {
    await using service = await startService(world, 1)
    times.push(service.milliseconds)
  }
  const spread = spreadOf(times)
  return [
    {
      job: 'start: to the first answer on an existing database',
      ours: milliseconds(spread),
      floor: '–',
      ratio: null,
      target: '≤ 1.5 s',
      met: spread.median <= 1_500,
      figures: {},
    },
  ]
}
