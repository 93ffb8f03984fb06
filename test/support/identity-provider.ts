import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

/**
 * A city's single sign-on as a process of its own: oidc-provider with its development log-in, where whoever types a name is
 * that person. `FORGED`: it publishes another key under the name of the one that it signs with.
 */

const { PORT = '', REDIRECT = '', SECRET = '', FORGED } = process.env
const issuer = `http://127.0.0.1:${PORT}`

async function keyNamed(kid: string) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' }
}

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'exchange',
      client_secret: SECRET,
      redirect_uris: [REDIRECT],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [await keyNamed('one')] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // A mailbox of `unproven` was never proven to be its holder's.
  findAccount: (_context: unknown, id: string) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: id,
      email: `${id}@example.org`,
      email_verified: !id.startsWith('unproven'),
    }),
  }),
  cookies: { keys: ['test'] },
})

const { d: _private, ...forged } = await keyNamed('one')
provider.use(async (context, next) => {
  await next()
  if (FORGED && context.path === '/jwks') context.body = { keys: [forged] }
})

createServer(provider.callback()).listen(Number(PORT), '127.0.0.1', () => {
  process.stdout.write('the identity provider listens\n')
})
