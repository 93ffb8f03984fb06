import {
  type Command,
  clientOf,
  configOption,
  note,
  optional,
  print,
  readConfig,
  UsageError,
} from './command.ts'

/** As shells tell it: 128 and the number of SIGINT. */
const interrupted = 130

export const follow: Command = {
  summary: '跟踪变更，每行一个 JSON follow the changes, one JSON object a line',
  usage:
    'jce follow [--config jce.json] [--after <位置>]\n' +
    '    --after 0 从头开始 from the beginning; 不指定则从现在起 left out: from now on',
  options: { ...configOption, after: { type: 'string' } },
  async run(values) {
    const after = optional(values, 'after')
    if (after !== undefined && !/^\d{1,15}$/.test(after))
      throw new UsageError('--after 须为不小于 0 的整数 (--after: expected a whole number from 0)')
    const client = await clientOf(await readConfig(values))
    const stop = new AbortController()
    let position = after
    process.once('SIGINT', () => stop.abort())
    await client.follow({
      after: after === undefined ? null : Number(after),
      signal: stop.signal,
      onChange(change) {
        print(JSON.stringify(change))
        position = String(change.position)
      },
    })
    if (position !== undefined) note(`继续 to go on: jce follow --after ${position}`)
    return interrupted
  },
}
