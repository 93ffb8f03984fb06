import { randomUUID } from 'node:crypto'
import { access, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from './durable-file.ts'
import { hasExactly, isJsonObject, isText, parseJson } from './encoding.ts'
import { InputFileError, OutputFileError } from './errors.ts'
import { loadKeyFile, saveKeyFiles } from './key-files.ts'
import { generatePrivateJwk, type PrivateJwk } from './keys.ts'

/** `name` is the witness's key name; `note` the last checkpoint it vouched for, with its cosignature. */
export interface WitnessState {
  readonly version: 1
  readonly name: string
  readonly registered: boolean
  readonly note: string | null
}

/**
 * The folder of a witness: its key, what it saw last, and what it found wrong. Used by one process at a time: two that
 * forget each other could vouch for two logs.
 */
export class WitnessFolder implements AsyncDisposable {
  readonly path: string
  readonly key: PrivateJwk
  readonly #lockMark: string

  private constructor(path: string, key: PrivateJwk, lockMark: string) {
    this.path = path
    this.key = key
    this.#lockMark = lockMark
  }

  /**
   * Makes key and memory at the first use, for a witness of this name.
   * @throws InputFileError where another process uses it, or a key has lost its memory; KeyError
   */
  static async open(path: string, name: string): Promise<WitnessFolder> {
    await mkdir(path, { recursive: true, mode: 0o700 })
    const lockMark = await lock(join(path, 'lock'))
    try {
      const keyFile = join(path, 'key.jwk.json')
      const hasKey = await exists(keyFile)
      if (!hasKey) {
        // The memory first: a key without it is refused below, so no crash in between can make a witness forget.
        const state: WitnessState = { version: 1, name, registered: false, note: null }
        await writeDurably(join(path, 'state.json'), toText(state))
        await saveKeyFiles(keyFile, await generatePrivateJwk())
      }
      return new WitnessFolder(path, await loadKeyFile(keyFile), lockMark)
    } catch (error) {
      await unlock(join(path, 'lock'), lockMark)
      throw error
    }
  }

  async state(): Promise<WitnessState> {
    const path = join(this.path, 'state.json')
    const text = await readFile(path, 'utf8').catch(() => {
      throw new InputFileError(
        `见证密钥没有记忆 ${path}：请从备份恢复，或换用新密钥 (the witness’s key has lost its memory: restore it, or begin anew with another key)`,
      )
    })
    return parseWitnessState(parseJson(text), path)
  }

  /** Also kept is the last note of each day, which dates later entries. `day` is `YYYY-MM-DD`. */
  async save(state: WitnessState, day: string): Promise<void> {
    await this.#checkLock()
    await writeDurably(join(this.path, 'state.json'), toText(state))
    if (state.note === null) return
    await mkdir(join(this.path, 'notes'), { recursive: true, mode: 0o700 })
    await writeDurably(join(this.path, 'notes', `${day}.note`), state.note)
  }

  /** Two notes that cannot both be of one log. Returns the path. */
  async keepAlarm(alarm: { fault: string; at: string; kept: string; shown: string }): Promise<string> {
    const path = join(this.path, `alarm-${alarm.at.replace(/[-:]/g, '')}.json`)
    await writeDurably(path, toText(alarm))
    return path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await unlock(join(this.path, 'lock'), this.#lockMark)
  }

  async #checkLock(): Promise<void> {
    const held = await readFile(join(this.path, 'lock'), 'utf8').catch(() => '')
    if (held !== this.#lockMark)
      throw new OutputFileError(`${this.path} 已被另一进程接管 (another process took over)`)
  }
}

/** @throws InputFileError */
export function parseWitnessState(value: unknown, path: string): WitnessState {
  const isWhole =
    isJsonObject(value) &&
    hasExactly(value, ['version', 'name', 'registered', 'note']) &&
    value.version === 1 &&
    isText(value.name) &&
    typeof value.registered === 'boolean' &&
    (value.note === null || isText(value.note))
  if (!isWhole) throw new InputFileError(`${path} 不是见证状态文件 (expected the state of a witness)`)
  const { name, registered, note } = value
  return { version: 1, name: String(name), registered: registered === true, note: isText(note) ? note : null }
}

/** Locks of this very process: one that bears its number and is none of them was left behind by another before it. */
const ownMarks = new Set<string>()

/** A lock that a process left behind when it died is taken over. */
async function lock(path: string): Promise<string> {
  const mark = `${process.pid} ${randomUUID()}`
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(path, mark, { flag: 'wx', mode: 0o600 })
      ownMarks.add(mark)
      return mark
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    }
    const held = await readFile(path, 'utf8').catch(() => '')
    const pid = Number(held.split(' ')[0])
    if (pid === process.pid ? ownMarks.has(held) : isAlive(pid)) break
    await removeLeftBehind(path, held)
  }
  throw new InputFileError(`另一进程正在使用 ${path} (another process holds it)`)
}

/** Moved aside before it is removed: between looking and removing, someone may have locked it anew. */
async function removeLeftBehind(path: string, held: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  await rename(path, aside).catch(() => undefined)
  const moved = await readFile(aside, 'utf8').catch(() => held)
  if (moved !== held) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

async function unlock(path: string, mark: string): Promise<void> {
  const held = await readFile(path, 'utf8').catch(() => '')
  if (held === mark) await rm(path, { force: true })
  ownMarks.delete(mark)
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const toText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
