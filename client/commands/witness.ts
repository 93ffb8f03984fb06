import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { logKeys, logOrigin } from '../checkpoint.ts'
import { isJsonObject, parseJson } from '../encoding.ts'
import { ExchangeRefusal, InputFileError, NoteError, TransportError } from '../errors.ts'
import { loadKeyFile } from '../key-files.ts'
import { limits } from '../limits.ts'
import { formatNoteKey, noteKeyOf } from '../signed-note.ts'
import { parseWitnessState, WitnessFolder } from '../witness-folder.ts'
import { compareViews, runRound, type Witness, type WitnessRound } from '../witnessing.ts'
import {
  type Command,
  configOption,
  note,
  optional,
  print,
  readConfig,
  readInput,
  UsageError,
} from './command.ts'

/** As shells tell it: 128 and the number of SIGINT. */
const interrupted = 130

export const witness: Command = {
  summary: '见证日志只增不改，并为检查点副署 witness that the log only grows, and cosign its checkpoints',
  usage:
    'jce witness [--config jce.json] [--once | --every <秒 seconds>] [--name <key name>]\n' +
    '  jce witness --compare <另一见证方的 state.json 或检查点 another witness’s state.json, or a checkpoint>\n\n' +
    '  密钥与所见存于 jce.json 旁的 witness/ 目录，须备份 key and memory lie in witness/ beside jce.json: back them up\n' +
    '  发现不一致即保存双方检查点并以 1 退出 on inconsistency both checkpoints are kept and it ends with 1',
  options: {
    ...configOption,
    once: { type: 'boolean' },
    every: { type: 'string' },
    name: { type: 'string' },
    compare: { type: 'string' },
  },
  async run(values) {
    const every = intervalOf(optional(values, 'every'))
    const other = optional(values, 'compare')
    if ([values.once === true, every !== undefined, other !== undefined].filter(Boolean).length > 1)
      throw new UsageError('--once、--every、--compare 只能择一 (give one of these)')
    const config = await readConfig(values)
    const origin = logOrigin(config.audience)
    const name = optional(values, 'name') ?? `${origin}/witness/${config.department}`
    await using folder = await WitnessFolder.open(join(dirname(config.path), 'witness'), name)
    const trust = { origin, logKeys: logKeys(origin, config.trustedKeys), witnesses: config.trustedWitnesses }
    const options = { ...config, key: await loadKeyFile(config.keyFile) }
    const one: Witness = { options, trust, folder, now: () => new Date() }
    if (other !== undefined) return told(await compareViews(one, noteIn(other, await readInput(other))))
    const state = await folder.state()
    note(`vkey ${formatNoteKey(noteKeyOf(state.name, 'COSIGNER', folder.key))}`)
    if (every === undefined) return told(await runRound(one))
    // Awaited here: the folder is given back at the end of this block.
    return await keepWatch(one, every)
  },
}

/** What passes by itself is told and waited for; an inconsistent log ends it. */
async function keepWatch(one: Witness, interval: number): Promise<number> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  while (!stop.signal.aborted) {
    try {
      told(await runRound(one))
    } catch (error) {
      const passes =
        error instanceof TransportError || error instanceof ExchangeRefusal || error instanceof NoteError
      if (!passes) throw error
      note(`✗ ${new Date().toISOString()} ${error.name} ${error.code} ${error.message}`)
    }
    await delay(interval, undefined, { signal: stop.signal }).catch(() => undefined)
  }
  return interrupted
}

function told({ verdict, size, cosigned }: WitnessRound): number {
  print([new Date().toISOString(), verdict, size, verdictNames[verdict]].join('\t'))
  if (cosigned) note(`已副署 cosigned: ${size}`)
  return verdict === 'OLDER' ? 1 : 0
}

const verdictNames: Record<WitnessRound['verdict'], string> = {
  FIRST: '首次所见 first seen',
  UNCHANGED: '与此前相同 unchanged',
  GROWN: '只增未改 only grew',
  OLDER: '比此前所见更旧，未副署 older than what was seen before, not cosigned',
}

function intervalOf(seconds: string | undefined): number | undefined {
  if (seconds === undefined) return undefined
  if (!/^[1-9]\d{0,5}$/.test(seconds))
    throw new UsageError('--every 须为秒数 (--every: expected a number of seconds)')
  return Math.max(Number(seconds) * 1000, limits.shortestWitnessInterval)
}

function noteIn(path: string, text: string): string {
  const value = parseJson(text)
  if (!isJsonObject(value)) return text
  const { note: seen } = parseWitnessState(value, path)
  if (seen === null)
    throw new InputFileError(`${path} 尚未见过检查点 (that witness has seen no checkpoint yet)`)
  return seen
}
