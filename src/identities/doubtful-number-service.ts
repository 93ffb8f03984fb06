import type pg from 'pg'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { noteAdministration } from '../kernel/administration-trace.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { lockName, type Queryable, transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { lookupKey } from '../subjects/identification.ts'
import type { IdentifierScheme } from '../subjects/identifiers.ts'
import { type DoubtfulNumber, type DoubtfulNumberDecision, readDoubtfulNumber } from './doubtful-number.ts'
import {
  appendNumberDecision,
  findNumberDecision,
  lastNumberDecision,
  latestNumberDecisions,
  type StoredNumberDecision,
} from './doubtful-number-store.ts'
import { mayJudge } from './identity-policy.ts'
import type { Action, Actor } from './identity-store.ts'

export type DoubtfulNumberInput = {
  identifier: string
  scheme: IdentifierScheme | null
  decision: DoubtfulNumberDecision
  reason: string
}

/** Numbers with a wrong check character that are right all the same (校验码例外). */
export type DoubtfulNumberService = {
  decide(caller: Caller, input: DoubtfulNumberInput & { actionId: string }): Promise<StoredNumberDecision>
  /** The same by an administrator, who leaves a trace. */
  administer(actor: string, input: DoubtfulNumberInput): Promise<StoredNumberDecision>
  /** The latest decisions first. */
  latest(): Promise<StoredNumberDecision[]>
}

export function createDoubtfulNumberService(parts: {
  pool: pg.Pool
  vault: Vault
  catalogue: CatalogueReader
}): DoubtfulNumberService {
  const { pool, vault } = parts
  const keyOf = ({ scheme, value }: DoubtfulNumber) => ({ scheme, key: lookupKey(vault, scheme, value).key })

  async function append(
    client: Queryable,
    number: DoubtfulNumber,
    { decision, reason }: DoubtfulNumberInput,
    by: Actor,
    action: Action | null,
  ): Promise<StoredNumberDecision> {
    const key = keyOf(number)
    await lockName(client, `doubtful number ${key.scheme} ${key.key}`)
    const before = await lastNumberDecision(client, key)
    if (decision === 'WITHDRAWN' && before?.decision === 'WITHDRAWN')
      throw new Refusal('IDENTITY_NOT_JUDGED', '该例外已撤回 (it was withdrawn already)')
    await appendNumberDecision(client, key, { decision, reason }, by, action)
    const after = await lastNumberDecision(client, key)
    if (!after) throw new RangeError('a decision that was appended is there')
    return after
  }

  return {
    async decide(caller, input) {
      const { department } = caller
      const number = readDoubtfulNumber(input.identifier, input.scheme)
      if (!mayJudge(department, number.kind, await parts.catalogue.current())) {
        throw new Refusal(
          'IDENTITY_NOT_YOURS',
          '机构号码由登记机关认定，自然人号码由信用主管部门认定 (codes are judged by the registrar, numbers of persons by the credit office)',
          '河南省社会信用条例第十六条',
        )
      }
      const { actionId, decision, reason } = input
      const inputMac = vault.blindIndex(
        'doubtful number action',
        canonicalJson([keyOf(number), decision, reason]),
      )
      return transaction(pool, async (client) => {
        await caller.request.claim(client)
        await lockName(client, `doubtful number action ${department.id} ${actionId}`)
        const earlier = await findNumberDecision(client, department.id, actionId)
        if (earlier?.inputMac === inputMac) return earlier
        if (earlier) {
          throw new Refusal(
            'ACTION_ID_REUSED',
            `操作号 ${actionId} 已用于其他内容 (this action id was used for other content)`,
          )
        }
        const by = { departmentId: department.id, name: department.code }
        return append(client, number, input, by, { id: actionId, inputMac })
      })
    },

    administer(actor, input) {
      const number = readDoubtfulNumber(input.identifier, input.scheme)
      return transaction(pool, async (client) => {
        const decided = await append(client, number, input, { departmentId: null, name: actor }, null)
        await noteAdministration(client, {
          actor,
          action: `DOUBTFUL_NUMBER_${input.decision}`,
          target: decided.uscc ?? `${decided.scheme} ${decided.id}`,
          facts: { reason: input.reason },
        })
        return decided
      })
    },

    latest: () => latestNumberDecisions(pool, limits.pageSize.max),
  }
}
