import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasExactly, isJsonObject, isText, type JsonObject } from './encoding.ts'
import { EvidenceStorageError, InputFileError } from './errors.ts'
import { type PublicJwk, parsePublicJwk } from './keys.ts'

/**
 * One exchange (留证), complete enough to be checked by anyone, offline, later. Bodies are the exact bytes in base64,
 * times ISO 8601 in UTC by this side's clock. `departmentKey` is believed only as far as its thumbprint is the `kid`
 * of the request; `exchangeKeys` are for information, a verifier brings the keys it trusts.
 */
export interface Evidence {
  readonly version: 1
  readonly request: {
    readonly authorization: string
    readonly path: string
    readonly body: string
    readonly sentAt: string
  }
  readonly reply: {
    readonly status: number
    readonly replySignature: string
    readonly body: string
    readonly receivedAt: string
  }
  readonly exchangeKeys: readonly PublicJwk[]
  readonly departmentKey?: PublicJwk
}

const deny = (message: string): never => {
  throw new InputFileError(message)
}

/** Called before anything is sent, so that a missing or forbidden folder costs no answer. */
export async function prepareEvidenceDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    throw new EvidenceStorageError(
      `cannot use the evidence folder ${directory} (${cause.code ?? 'unknown error'})`,
    )
  })
}

/**
 * Writes `<iso time>-<jti>.json` with mode 0600: whole and on the disk, or not at all. Returns its path.
 * @throws EvidenceStorageError
 */
export async function storeEvidence(directory: string, jti: string, evidence: Evidence): Promise<string> {
  // The basic form of ISO 8601: a colon is not allowed in file names everywhere.
  const time = evidence.request.sentAt.replace(/[-:]/g, '')
  const path = join(directory, `${time}-${jti}.json`)
  const draft = join(directory, `.${jti}-${randomBytes(6).toString('hex')}.tmp`)
  try {
    await writeDurably(draft, `${JSON.stringify(evidence, null, 2)}\n`)
    await rename(draft, path)
    return path
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EvidenceStorageError(`the evidence could not be written to ${path}: ${reason}`)
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Evidence out of foreign JSON: exactly the members above. Says nothing yet about its truth.
 * @throws InputFileError
 */
export function parseEvidence(value: unknown): Evidence {
  if (!isJsonObject(value)) return deny('expected an evidence file: one JSON object')
  const { departmentKey, ...rest } = value
  if (!hasExactly(rest, ['version', 'request', 'reply', 'exchangeKeys'])) {
    return deny('expected the members version, request, reply, exchangeKeys')
  }
  if (rest.version !== 1) return deny(`expected evidence version 1, got ${String(rest.version)}`)
  if (!Array.isArray(rest.exchangeKeys)) return deny('exchangeKeys: expected a list of keys')
  return {
    version: 1,
    request: parseRequest(member(rest, 'request', ['authorization', 'path', 'body', 'sentAt'])),
    reply: parseReply(member(rest, 'reply', ['status', 'replySignature', 'body', 'receivedAt'])),
    exchangeKeys: rest.exchangeKeys.map(parsePublicJwk),
    ...(departmentKey === undefined ? {} : { departmentKey: parsePublicJwk(departmentKey) }),
  }
}

function member(value: JsonObject, name: string, members: readonly string[]): JsonObject {
  const part = value[name]
  if (!isJsonObject(part) || !hasExactly(part, members))
    return deny(`${name}: expected ${members.join(', ')}`)
  return part
}

function parseRequest({ authorization, path, body, sentAt }: JsonObject): Evidence['request'] {
  if (!isText(authorization) || !isText(path))
    return deny('request: expected authorization and path to be text')
  return { authorization, path, body: base64('request.body', body), sentAt: moment('request.sentAt', sentAt) }
}

function parseReply({ status, replySignature, body, receivedAt }: JsonObject): Evidence['reply'] {
  if (typeof status !== 'number' || !isText(replySignature)) {
    return deny('reply: expected a status number and a replySignature')
  }
  return {
    status,
    replySignature,
    body: base64('reply.body', body),
    receivedAt: moment('reply.receivedAt', receivedAt),
  }
}

function base64(name: string, value: unknown): string {
  if (typeof value !== 'string') return deny(`${name}: expected base64`)
  return Buffer.from(value, 'base64').toString('base64') === value ? value : deny(`${name}: expected base64`)
}

function moment(name: string, value: unknown): string {
  const isMoment =
    isText(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value
  return isMoment ? value : deny(`${name}: expected a moment like 2025-01-31T08:00:00.000Z`)
}
