import type { Cryptoki } from './cryptoki.ts'
import {
  findKey,
  initialize,
  loadLibrary,
  type OpenToken,
  openToken,
  type Pkcs11Config,
  readPin,
  unavailable,
} from './pkcs11-library.ts'
import { SigningUnavailable } from './signing-key.ts'

const edwardsKeyPair = { mechanism: 0x1055 } // CKM_EC_EDWARDS_KEY_PAIR_GEN
const attributes = {
  token: 0x1,
  private: 0x2,
  label: 0x3,
  id: 0x102,
  sensitive: 0x103,
  sign: 0x108,
  verify: 0x10a,
  extractable: 0x162,
  ecParams: 0x180,
  ecPoint: 0x181,
} as const
/** CKA_EC_PARAMS of Ed25519: the curve's name as a PrintableString (PKCS#11 3.0, curve types). */
const edwards25519 = Buffer.concat([Buffer.from([0x13, 12]), Buffer.from('edwards25519', 'ascii')])

/**
 * The public part, base64url, of the Ed25519 key with this label; where the token has none, the key is made there and
 * never leaves it. `made` tells which.
 * @throws SigningUnavailable
 */
export async function provideTokenKey(
  config: Pkcs11Config,
  label: string,
): Promise<{ x: string; made: boolean }> {
  let library: Cryptoki | null = null
  try {
    library = loadLibrary(config)
    initialize(library)
    const token = openToken(library, config, await readPin(config), 'writing')
    const found = findKey(token, 'publicKey', label)
    return { x: pointOf(token, found ?? makeKey(token, label)), made: found === null }
  } catch (error) {
    throw unavailable(error)
  } finally {
    library?.C_Finalize()
  }
}

function makeKey(token: OpenToken, label: string): Buffer {
  if (findKey(token, 'privateKey', label))
    throw new SigningUnavailable(
      'KEY_INCOMPLETE',
      `签名设备中 ${label} 只有私钥，须有同标签的公钥 (the token has no public key beside the private one of this label)`,
    )
  const { library, session } = token
  const named = [
    { type: attributes.token, value: true },
    { type: attributes.label, value: label },
    { type: attributes.id, value: Buffer.from(label, 'utf8') },
  ]
  const { publicKey } = library.C_GenerateKeyPair(
    session,
    edwardsKeyPair,
    [...named, { type: attributes.verify, value: true }, { type: attributes.ecParams, value: edwards25519 }],
    [
      ...named,
      { type: attributes.private, value: true },
      { type: attributes.sign, value: true },
      { type: attributes.sensitive, value: true },
      { type: attributes.extractable, value: false },
    ],
  )
  return publicKey
}

/** Tokens give the 32 bytes as they are, or inside an OCTET STRING or a BIT STRING. */
function pointOf({ library, session }: OpenToken, key: Buffer): string {
  const [attribute] = library.C_GetAttributeValue(session, key, [{ type: attributes.ecPoint }])
  const point = attribute?.value ?? Buffer.alloc(0)
  const wrapping = point.subarray(0, -32).toString('hex')
  if (point.length >= 32 && ['', '0420', '032100'].includes(wrapping))
    return point.subarray(-32).toString('base64url')
  throw new SigningUnavailable(
    'KEY_UNREADABLE',
    '签名设备给出的公钥不是 Ed25519 (the public key of the token is not of Ed25519)',
  )
}
