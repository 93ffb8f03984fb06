import { createHash, randomBytes } from 'node:crypto'
import type pg from 'pg'
import type { Clock } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import type { Caller } from './caller.ts'
import { endKey, insertKey, keyStatus, lockEnrolmentCode, useEnrolmentCode } from './department-store.ts'
import { provesPossession, readPublicKey } from './public-key.ts'

export type EnrolmentResult =
  | { outcome: 'PENDING_APPROVAL'; department: string; kid: string }
  | { outcome: 'ENROLMENT_CODE_INVALID' | 'PROOF_INVALID' | 'KEY_UNACCEPTABLE' }

export type RotationResult = { kid: string; notBefore: Date; previousNotAfter: Date }

/** How a department's key comes in: first by a one-time code and an approval, later by the key before it. */
export type EnrolmentService = {
  enrol(input: { code: string; jwk: unknown; proof: string }): Promise<EnrolmentResult>
  rotate(caller: Caller, input: { jwk: unknown; proof: string }): Promise<RotationResult>
}

export function createEnrolmentService(parts: {
  pool: pg.Pool
  clock: Clock
  exchangeId: string
}): EnrolmentService {
  return {
    async enrol({ code, jwk, proof }) {
      const now = parts.clock.now()
      const key = await readPublicKey(jwk)
      if (!key) return { outcome: 'KEY_UNACCEPTABLE' }
      const claims = { aud: parts.exchangeId, code }
      if (!(await provesPossession(proof, key, { type: 'enrolment+jwt', claims, now })))
        return { outcome: 'PROOF_INVALID' }
      return transaction(parts.pool, async (client) => {
        const codeSha256 = enrolmentCodeDigest(code)
        const row = await lockEnrolmentCode(client, codeSha256)
        if (!row || row.expiresAt <= now) return { outcome: 'ENROLMENT_CODE_INVALID' }
        const answer = { outcome: 'PENDING_APPROVAL', department: row.departmentCode, kid: key.kid } as const
        if (row.usedAt) {
          // The answer to the first sending may have been lost: the same key with the same code gets it again.
          const status = await keyStatus(client, key.kid, row.departmentId)
          return status === 'PENDING' || status === 'ACTIVE' ? answer : { outcome: 'ENROLMENT_CODE_INVALID' }
        }
        if (!(await insertKey(client, row.departmentId, key, { status: 'PENDING' })))
          return { outcome: 'KEY_UNACCEPTABLE' }
        await useEnrolmentCode(client, codeSha256, now)
        return answer
      })
    },

    async rotate(caller, { jwk, proof }) {
      const now = parts.clock.now()
      const key = await readPublicKey(jwk)
      if (!key || key.kid === caller.kid) {
        throw new Refusal(
          'KEY_UNACCEPTABLE',
          '新公钥必须是另一把 Ed25519 或 P-256 公钥 (the new key must be another Ed25519 or P-256 public key)',
        )
      }
      const claims = { aud: parts.exchangeId, iss: caller.department.code }
      if (!(await provesPossession(proof, key, { type: 'rotation+jwt', claims, now }))) {
        throw new Refusal(
          'PROOF_INVALID',
          '新私钥持有证明无效 (the proof of possession of the new key is not valid)',
        )
      }
      return transaction(parts.pool, async (client) => {
        await caller.request.claim(client)
        const inserted = await insertKey(client, caller.department.id, key, {
          status: 'ACTIVE',
          notBefore: now,
        })
        if (!inserted && (await keyStatus(client, key.kid, caller.department.id)) !== 'ACTIVE') {
          throw new Refusal('KEY_UNACCEPTABLE', '该公钥已被登记 (this public key is registered already)')
        }
        const overlapEnd = new Date(now.getTime() + limits.rotationOverlapDays * 86_400_000)
        const previousNotAfter = await endKey(client, caller.kid, overlapEnd)
        return { kid: key.kid, notBefore: now, previousNotAfter: previousNotAfter ?? overlapEnd }
      })
    },
  }
}

const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 128 random bits in Crockford's alphabet (no I, L, O, U), in groups of four for reading aloud. */
export function newEnrolmentCode(): string {
  const characters = [...randomBytes(28)].map((byte) => codeAlphabet.charAt(byte % 32)).join('')
  return characters.match(/.{4}/g)?.join('-') ?? characters
}

export function enrolmentCodeDigest(code: string): string {
  return createHash('sha256').update(code.replaceAll('-', '').toUpperCase()).digest('hex')
}
