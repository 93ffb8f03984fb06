import { readToken } from './compact-jws.ts'
import { isText } from './encoding.ts'
import { ExchangeRefusal, InputFileError } from './errors.ts'
import type { Evidence } from './evidence.ts'
import { query } from './graphql-query.ts'
import { limits } from './limits.ts'
import { type RefusalMember, refusedByRule } from './operations.ts'
import { parseLogEntry, type Receipt } from './receipt.ts'
import { pause } from './repetition.ts'
import type { ExchangeClientOptions } from './signed-exchange.ts'

type Payload =
  | ({ readonly __typename: 'Receipt'; readonly keys: readonly object[] } & Readonly<Record<string, unknown>>)
  | RefusalMember

const RECEIPT = /* GraphQL */ `
  query Receipt($requestId: String!, $logIndex: Int) {
    receipt(requestId: $requestId, logIndex: $logIndex) {
      __typename
      ... on Receipt {
        logIndex
        leaf
        salt
        subjectDigests
        checkpoint
        inclusionProof
        keys { kid x activeFrom activeTo }
      }
      ... on Refusal { code message legalBasis }
    }
  }
`

/**
 * The receipt for an exchange of ours, once a checkpoint covers it: waits for that, telling of each wait (ms).
 * Nothing of it is verified yet.
 * @throws ExchangeRefusal RECEIPT_NOT_FOUND, and after two minutes NOT_YET_IN_CHECKPOINT; InputFileError for evidence
 * that names no request; and what every query throws
 */
export async function requestReceipt(
  options: ExchangeClientOptions,
  evidence: Evidence,
  onWait: (ms: number) => void = () => undefined,
): Promise<Receipt> {
  const named = requestIn(evidence)
  const { first, growth, longest } = limits.receiptDelay
  let wait: number = first
  let waited = 0
  for (;;) {
    try {
      return { kind: 'receipt', version: 1, evidence, entry: await entryOf(options, named) }
    } catch (error) {
      const isEarly = error instanceof ExchangeRefusal && error.code === 'NOT_YET_IN_CHECKPOINT'
      if (!isEarly || waited >= limits.receiptPatience) throw error
      onWait(wait)
      await pause(wait)
      waited += wait
      wait = Math.min(longest, wait * growth)
    }
  }
}

/** A token that was sent twice has two entries; the answer at hand names its own. */
function requestIn({ request, reply }: Evidence): { requestId: string; logIndex: number | null } {
  const jti = readToken(request.authorization.replace(/^Bearer /, ''), 'query+jwt')?.claims.jti
  if (!isText(jti)) throw new InputFileError('留证中没有签名请求 (the evidence holds no signed query)')
  const logIndex = readToken(reply.replySignature, 'reply+jwt')?.claims.log_index
  return { requestId: jti, logIndex: typeof logIndex === 'number' ? logIndex : null }
}

async function entryOf(
  options: ExchangeClientOptions,
  named: { requestId: string; logIndex: number | null },
): Promise<Receipt['entry']> {
  // That we asked for a receipt is no evidence of anything: the receipt itself is.
  const { data } = await query<{ receipt: Payload }>({ ...options, evidenceDir: undefined }, RECEIPT, named)
  if (data.receipt.__typename === 'Refusal') throw refusedByRule(data.receipt)
  const { __typename: _, keys, ...entry } = data.receipt
  return parseLogEntry({ ...entry, keys: keys.map((key) => ({ kty: 'OKP', crv: 'Ed25519', ...key })) })
}
