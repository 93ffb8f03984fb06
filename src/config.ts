import { resolve } from 'node:path'
import { z } from 'zod'
import type { Pkcs11Config } from './evidence/pkcs11-library.ts'
import { limits } from './limits.ts'
import type { WebhookTargets } from './webhooks/address-policy.ts'

const pkcs11Variables = ['SIGNING_PKCS11_MODULE', 'SIGNING_PKCS11_TOKEN', 'SIGNING_PKCS11_PIN_FILE'] as const

const singleSignOnVariables = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET_FILE'] as const

const port = z.coerce.number().int().min(0).max(65_535)
const count = z.coerce.number().int().min(1)

const environment = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    DATABASE_CONNECTIONS: z.coerce
      .number()
      .int()
      .min(limits.leastDatabaseConnections)
      .max(500)
      .default(limits.databaseConnections),
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: port.default(4000),
    EXCHANGE_URL: z.url({ protocol: /^https?$/ }).optional(),
    EXCHANGE_ID: z.string().min(1).max(256).optional(),
    WORKERS: count.max(limits.workers).default(1),
    DATA_DIR: z.string().min(1).default('.data'),
    KEY_FILE: z.string().min(1).optional(),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
    REQUESTS_PER_MINUTE: count.default(limits.requestsPerDepartment.points),
    REFUSALS_PER_MINUTE: count.default(limits.refusalsPerAddress.points),
    PUBLIC_REQUESTS_PER_MINUTE: count.default(limits.publicRequestsPerAddress.points),
    DOCUMENT_FALLBACK_FONT: z.string().min(1).optional(),
    SIGNING_PKCS11_MODULE: z.string().min(1).optional(),
    SIGNING_PKCS11_TOKEN: z.string().min(1).optional(),
    SIGNING_PKCS11_PIN_FILE: z.string().min(1).optional(),
    OIDC_ISSUER: z
      .url({ protocol: /^https?$/ })
      .refine(isPrivateWay, 'expected https, or http on this machine')
      .optional(),
    OIDC_CLIENT_ID: z.string().min(1).optional(),
    OIDC_CLIENT_SECRET_FILE: z.string().min(1).optional(),
    OIDC_NAME: z.string().min(1).max(50).default('统一身份认证 (single sign-on)'),
  })
  .superRefine((value, context) => {
    for (const [family, names] of [
      ['SIGNING_PKCS11_', pkcs11Variables],
      ['OIDC_', singleSignOnVariables],
    ] as const) {
      const missing = names.filter((name) => value[name] === undefined)
      if (missing.length === names.length) continue
      for (const name of missing)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `expected with the other ${family} variables`,
        })
    }
  })

export type Config = {
  /** Unset: the embedded PostgreSQL in `dataDirectory`, for evaluation. */
  databaseUrl: string | null
  databaseConnections: number
  host: string
  port: number
  /** Processes that answer at this address. */
  workers: number
  /** The public base URL without a trailing slash; `htu` is compared with its path. */
  exchangeUrl: string
  /** The exchange's identifier: `aud` of queries, `iss` of replies. */
  exchangeId: string
  dataDirectory: string
  keyFile: string
  /** The token that keys of the key file may lie on; null: all lie in the file. */
  pkcs11: Pkcs11Config | null
  /** The city's OpenID Connect provider, by which officers may sign in to the console. */
  singleSignOn: { issuer: string; clientId: string; clientSecretFile: string; name: string } | null
  logLevel: string
  /** How many proxies in front append to X-Forwarded-For; 0 takes the address of the connection. */
  trustedProxies: number
  requestsPerMinute: number
  refusalsPerMinute: number
  /** Points of each address on the public surface. */
  publicRequestsPerMinute: number
  /** A font for rare characters in issued documents, `path` or `path#face`; null: they are told by their code points. */
  documentFallbackFont: string | null
  /** In evaluation (embedded database) webhooks may also lie on this machine. */
  webhookTargets: WebhookTargets
}

/** Every fault of the configuration at once, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: string[]

  constructor(faults: string[]) {
    super(
      `The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    )
    this.faults = faults
  }
}

export function readConfig(env: Record<string, string | undefined>, workingDirectory: string): Config {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = environment.safeParse(present)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  }
  const value = parsed.data
  const exchangeUrl = (value.EXCHANGE_URL ?? `http://localhost:${value.PORT}`).replace(/\/+$/, '')
  const dataDirectory = resolve(workingDirectory, value.DATA_DIR)
  return {
    databaseUrl: value.DATABASE_URL ?? null,
    databaseConnections: value.DATABASE_CONNECTIONS,
    host: value.HOST,
    port: value.PORT,
    workers: value.WORKERS,
    exchangeUrl,
    exchangeId: value.EXCHANGE_ID ?? exchangeUrl,
    dataDirectory,
    keyFile: resolve(workingDirectory, value.KEY_FILE ?? `${value.DATA_DIR}/keys.json`),
    pkcs11: pkcs11Of(value, workingDirectory),
    singleSignOn: singleSignOnOf(value, workingDirectory),
    logLevel: value.LOG_LEVEL,
    trustedProxies: value.TRUSTED_PROXIES,
    requestsPerMinute: value.REQUESTS_PER_MINUTE,
    refusalsPerMinute: value.REFUSALS_PER_MINUTE,
    publicRequestsPerMinute: value.PUBLIC_REQUESTS_PER_MINUTE,
    documentFallbackFont: value.DOCUMENT_FALLBACK_FONT ?? null,
    webhookTargets: value.DATABASE_URL === undefined ? 'PUBLIC_AND_LOOPBACK' : 'PUBLIC',
  }
}

function pkcs11Of(value: z.infer<typeof environment>, workingDirectory: string): Pkcs11Config | null {
  const { SIGNING_PKCS11_MODULE, SIGNING_PKCS11_TOKEN, SIGNING_PKCS11_PIN_FILE } = value
  if (!SIGNING_PKCS11_MODULE || !SIGNING_PKCS11_TOKEN || !SIGNING_PKCS11_PIN_FILE) return null
  return {
    modulePath: resolve(workingDirectory, SIGNING_PKCS11_MODULE),
    tokenLabel: SIGNING_PKCS11_TOKEN,
    pinFile: resolve(workingDirectory, SIGNING_PKCS11_PIN_FILE),
  }
}

function singleSignOnOf(
  value: z.infer<typeof environment>,
  workingDirectory: string,
): Config['singleSignOn'] {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET_FILE, OIDC_NAME } = value
  if (!OIDC_ISSUER || !OIDC_CLIENT_ID || !OIDC_CLIENT_SECRET_FILE) return null
  return {
    issuer: OIDC_ISSUER,
    clientId: OIDC_CLIENT_ID,
    clientSecretFile: resolve(workingDirectory, OIDC_CLIENT_SECRET_FILE),
    name: OIDC_NAME,
  }
}

/** The client secret and the officers' names go there. */
function isPrivateWay(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
