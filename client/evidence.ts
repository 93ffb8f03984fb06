import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from './durable-file.ts'
import { hasExactly, isJsonObject, isText, type JsonObject, sha256 } from './encoding.ts'
import { EvidenceStorageError, InputFileError } from './errors.ts'
import { type PublicJwk, parsePublicJwk } from './keys.ts'

/** A file that was sent or received: its digest is evidence, its bytes are the department's to keep. */
export interface BodyFile {
  readonly name: string
  readonly size: number
  readonly sha256: string
}

/** The exact bytes in base64; or what tells the file that was the body, which may be half a gigabyte. */
export type KeptBody = { readonly body: string } | { readonly bodyFile: BodyFile }

/**
 * One exchange (留证), complete enough to be checked by anyone, offline, later; of version 2 where a body is a file,
 * which must be kept beside it. Times are ISO 8601 in UTC by this side's clock. `departmentKey` is believed only as
 * far as its thumbprint is the `kid` of the request; `exchangeKeys` are for information, a verifier brings the keys
 * it trusts.
 */
export interface Evidence {
  readonly version: 1 | 2
  readonly request: KeptBody & {
    readonly authorization: string
    readonly path: string
    readonly sentAt: string
  }
  readonly reply: KeptBody & {
    readonly status: number
    readonly replySignature: string
    readonly receivedAt: string
  }
  readonly exchangeKeys: readonly PublicJwk[]
  readonly departmentKey?: PublicJwk
}

const deny = (message: string): never => {
  throw new InputFileError(message)
}

export function evidenceVersion(request: KeptBody, reply: KeptBody): Evidence['version'] {
  return 'bodyFile' in request || 'bodyFile' in reply ? 2 : 1
}

/** Digest of a body that was kept; of a file, the one that was signed. */
export function keptSha256(kept: KeptBody): string {
  return 'bodyFile' in kept ? kept.bodyFile.sha256 : sha256(new Uint8Array(Buffer.from(kept.body, 'base64')))
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
  try {
    await writeDurably(path, `${JSON.stringify(evidence, null, 2)}\n`)
    return path
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EvidenceStorageError(`the evidence could not be written to ${path}: ${reason}`)
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
  const { version } = rest
  if (version !== 1 && version !== 2) return deny(`expected evidence version 1 or 2, got ${String(version)}`)
  if (!Array.isArray(rest.exchangeKeys)) return deny('exchangeKeys: expected a list of keys')
  const request = parseRequest(member(rest, 'request', ['authorization', 'path', 'sentAt']))
  const reply = parseReply(member(rest, 'reply', ['status', 'replySignature', 'receivedAt']))
  if (version !== evidenceVersion(request, reply))
    return deny('expected a bodyFile in version 2, and only there')
  return {
    version,
    request,
    reply,
    exchangeKeys: rest.exchangeKeys.map(parsePublicJwk),
    ...(departmentKey === undefined ? {} : { departmentKey: parsePublicJwk(departmentKey) }),
  }
}

/** The part, with exactly these members besides its body. */
function member(value: JsonObject, name: string, members: readonly string[]): JsonObject {
  const part = value[name]
  const isWhole =
    isJsonObject(part) &&
    (hasExactly(part, [...members, 'body']) || hasExactly(part, [...members, 'bodyFile']))
  return isWhole ? part : deny(`${name}: expected ${members.join(', ')} and body or bodyFile`)
}

function parseRequest(part: JsonObject): Evidence['request'] {
  const { authorization, path, sentAt } = part
  if (!isText(authorization) || !isText(path))
    return deny('request: expected authorization and path to be text')
  return { authorization, path, ...keptBody('request', part), sentAt: moment('request.sentAt', sentAt) }
}

function parseReply(part: JsonObject): Evidence['reply'] {
  const { status, replySignature, receivedAt } = part
  if (typeof status !== 'number' || !isText(replySignature)) {
    return deny('reply: expected a status number and a replySignature')
  }
  return {
    status,
    replySignature,
    ...keptBody('reply', part),
    receivedAt: moment('reply.receivedAt', receivedAt),
  }
}

function keptBody(name: string, { body, bodyFile }: JsonObject): KeptBody {
  if (bodyFile === undefined) return { body: base64(`${name}.body`, body) }
  if (!isJsonObject(bodyFile) || !hasExactly(bodyFile, ['name', 'size', 'sha256']))
    return deny(`${name}.bodyFile: expected name, size and sha256`)
  const { name: fileName, size, sha256: digest } = bodyFile
  if (!isText(fileName) || !isText(digest) || typeof size !== 'number' || !Number.isSafeInteger(size))
    return deny(`${name}.bodyFile: expected a name, a size in bytes and a digest`)
  return { bodyFile: { name: fileName, size, sha256: digest } }
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
