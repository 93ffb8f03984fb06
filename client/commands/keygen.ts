import { saveKeyFiles } from '../key-files.ts'
import { generatePrivateJwk } from '../keys.ts'
import { type Command, note, optional, print, required, UsageError } from './command.ts'

export const keygen: Command = {
  summary: '生成密钥对，私钥不出本机 make a key pair; the private key stays here',
  usage: 'jce keygen --out department.jwk.json [--alg EdDSA|ES256]',
  options: { out: { type: 'string' }, alg: { type: 'string' } },
  async run(values) {
    const alg = optional(values, 'alg') ?? 'EdDSA'
    if (alg !== 'EdDSA' && alg !== 'ES256')
      throw new UsageError('--alg 须为 EdDSA 或 ES256 (expected EdDSA or ES256)')
    const jwk = await generatePrivateJwk(alg)
    const { jwkPath, pemPath } = await saveKeyFiles(required(values, 'out'), jwk)
    print(jwk.kid)
    note(`已写入 written: ${jwkPath}, ${pemPath} (600)`)
    return 0
  },
}
