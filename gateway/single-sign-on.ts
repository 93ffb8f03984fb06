import { decodeJwt } from 'jose'
import { z } from 'zod'
import type { Config } from '../src/config.ts'
import { readSecretFile } from '../src/kernel/secret-file.ts'
import { limits } from '../src/limits.ts'

/** The city's single sign-on (统一身份认证): one OpenID Connect provider, by configuration. */
export type SingleSignOn = { issuer: string; clientId: string; clientSecret: string; name: string }

/** The secret of the client could not be read. Nothing starts without it. */
export class SingleSignOnError extends Error {
  override readonly name = 'SingleSignOnError'
}

export async function readSingleSignOn(
  configured: NonNullable<Config['singleSignOn']>,
): Promise<SingleSignOn> {
  const { issuer, clientId, clientSecretFile, name } = configured
  const reading = await readSecretFile(clientSecretFile)
  if (reading.outcome !== 'READ')
    throw new SingleSignOnError(
      `OIDC_CLIENT_SECRET_FILE ${clientSecretFile}: ${reading.outcome} (expected a file that only its owner may read)`,
    )
  return { issuer, clientId, clientSecret: reading.text.trim(), name }
}

export const singleSignOnProvider = 'oidc'

const discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
})
export type Discovery = z.infer<typeof discovery>

export const discoveryUrlOf = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

/** Null where the provider is away or is not the one that is configured (OpenID Connect Discovery 4.3). */
export async function discover(issuer: string): Promise<Discovery | null> {
  const found = discovery.safeParse(await readJson(discoveryUrlOf(issuer), {}))
  return found.success && found.data.issuer === issuer ? found.data : null
}

const claims = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
  name: z.string().optional(),
})

/**
 * Who came back. Without an ID token nobody: it alone is signed, and was verified before this is called. Where it does
 * not name the e-mail, the UserInfo answer does, whose `sub` "MUST be verified to exactly match the sub Claim in the ID
 * Token" (OpenID Connect Core 5.3.2).
 */
export async function profileOf(
  found: Discovery,
  tokens: { idToken?: string | undefined; accessToken?: string | undefined },
): Promise<{ sub: string; email: string; emailVerified: boolean; name: string } | null> {
  if (tokens.idToken === undefined) return null
  const signed = claims.safeParse(decodeJwt(tokens.idToken))
  if (!signed.success) return null
  const told = signed.data.email === undefined ? await userInfo(found, tokens.accessToken) : signed.data
  if (told?.email === undefined || told.sub !== signed.data.sub) return null
  return {
    sub: signed.data.sub,
    email: told.email,
    emailVerified: told.email_verified === true,
    name: told.name ?? told.email,
  }
}

async function userInfo(
  found: Discovery,
  accessToken: string | undefined,
): Promise<z.infer<typeof claims> | null> {
  if (found.userinfo_endpoint === undefined || accessToken === undefined) return null
  const told = claims.safeParse(
    await readJson(found.userinfo_endpoint, { authorization: `Bearer ${accessToken}` }),
  )
  return told.success ? told.data : null
}

async function readJson(url: string, headers: Record<string, string>): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(limits.singleSignOnTimeout),
    })
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}
