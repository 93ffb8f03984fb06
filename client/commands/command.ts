import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isJsonObject, isText, parseJson } from '../encoding.ts'
import { InputFileError } from '../errors.ts'
import { createExchangeClient, type ExchangeClient } from '../exchange-client.ts'
import { loadKeyFile } from '../key-files.ts'
import { type PublicJwk, parsePublicJwk } from '../keys.ts'

/** A mistake in how a command was called. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

export interface Command {
  /** Chinese, then English, one line each. */
  readonly summary: string
  readonly usage: string
  readonly options: Readonly<
    Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>
  >
  /** Returns the exit code. */
  run(values: Values, positionals: readonly string[]): Promise<number>
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`)
export const note = (line: string): void => void process.stderr.write(`${line}\n`)

export function required(values: Values, name: string): string {
  const value = values[name]
  if (!isText(value)) throw new UsageError(`缺少 --${name} (--${name} is missing)`)
  return value
}

export function optional(values: Values, name: string): string | undefined {
  const value = values[name]
  return isText(value) ? value : undefined
}

/** Of an option that may be given several times, all that was given. */
export function several(values: Values, name: string): readonly string[] {
  const value = values[name]
  return Array.isArray(value) ? value.filter(isText) : []
}

/** One of these words, or undefined where the option was not given. */
export function oneOf<Word extends string>(
  values: Values,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = optional(values, name)
  if (value === undefined) return undefined
  const word = words.find((known) => known === value)
  if (word === undefined)
    throw new UsageError(`--${name} 须为 ${words.join('、')} 之一 (expected one of these)`)
  return word
}

export interface Config {
  readonly path: string
  readonly url: string
  readonly audience: string
  readonly department: string
  readonly keyFile: string
  readonly trustedKeys: readonly PublicJwk[]
  readonly evidenceDir: string | undefined
}

export const configOption = { config: { type: 'string' } } as const

/** `jce.json`, or the file that --config names; paths in it are relative to it. */
export async function readConfig(values: Values): Promise<Config> {
  const path = resolve(optional(values, 'config') ?? 'jce.json')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new InputFileError(
      `无法读取配置 ${path}，可用 --config 指明 (cannot read the configuration; name it by --config)`,
    )
  })
  const value = parseJson(text)
  if (!isJsonObject(value)) throw new InputFileError(`${path}: 须为 JSON 对象 (expected a JSON object)`)
  const { url, audience, department, keyFile, trustedKeys, evidenceDir } = value
  if (!isText(url) || !isText(audience) || !isText(department) || !isText(keyFile)) {
    throw new InputFileError(`${path}: 须有 url、audience、department、keyFile (expected these four)`)
  }
  if (!Array.isArray(trustedKeys)) {
    throw new InputFileError(
      `${path}: 没有 trustedKeys，请先运行 jce trust (no trusted keys: run jce trust first)`,
    )
  }
  const near = (file: string) => resolve(dirname(path), file)
  return {
    path,
    url,
    audience,
    department,
    keyFile: near(keyFile),
    trustedKeys: trustedKeys.map(parsePublicJwk),
    evidenceDir: isText(evidenceDir) ? near(evidenceDir) : undefined,
  }
}

export async function clientOf(config: Config): Promise<ExchangeClient> {
  return createExchangeClient({ ...config, key: await loadKeyFile(config.keyFile) })
}

/**
 * The text of a file, or of standard input for `-`. Only UTF-8: read as anything else, names in GB18030 would become
 * other characters without anyone noticing.
 */
export async function readInput(path: string): Promise<string> {
  return textOf(path, await readInputBytes(path))
}

export async function readInputBytes(path: string): Promise<Uint8Array> {
  return path === '-' ? readStandardInput() : readBytes(path)
}

export function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new InputFileError(
      `${path} 不是 UTF-8 编码，请另存为 UTF-8 (the file is not UTF-8: save it as UTF-8)`,
    )
  }
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new InputFileError(`无法读取 ${path} (cannot read the file: ${cause.code ?? 'unknown error'})`)
  })
}
