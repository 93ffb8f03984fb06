import type pg from 'pg'
import type { Caller } from '../departments/caller.ts'
import { canonicalJson, type Json } from '../kernel/canonical-json.ts'
import type { Clock } from '../kernel/clock.ts'
import { lockName, transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import type { Officer } from '../officers/officer.ts'
import { type ConsoleAction, mayDecideFor, mayDo, rolesFor } from '../officers/officer-policy.ts'
import type { ActTarget, SeenTarget } from './act-target.ts'
import { type ActTargetService, concernsAny } from './act-target-service.ts'
import { type ActOperation, type ActState, type Deciding, forTwoPersons, stateAt } from './pending-act.ts'
import {
  approve,
  countWaiting,
  endAct,
  eraseContents,
  findPendingAct,
  findProposal,
  insertPendingAct,
  nextActId,
  type PendingActRow,
  pageOfActs,
} from './pending-act-store.ts'

/** What was proposed, about what as it was then, and what for. */
type Contents = { variables: { [key: string]: Json }; target: SeenTarget; note: string }

export type PendingActView = Omit<PendingActRow, 'state' | 'sealed' | 'sealedReason' | 'inputMac'> & {
  state: ActState
  /** Null: erased, not as it was stored, or of another county. */
  contents: Contents | null
  reason: string | null
  mayDecide: boolean
  mayWithdraw: boolean
}

export type ActProposal = {
  proposalId: string
  operation: ActOperation
  action: ConsoleAction
  variables: { [key: string]: Json }
  target: ActTarget
  note: string
}

/** Who asks: the officer, and the same as the caller on whose request it is. */
type Asking = { officer: Officer; caller: Caller }

export type PendingActService = {
  /** Repeated with the same id, it gives the same act. */
  propose(asking: Asking, proposal: ActProposal): Promise<PendingActView>
  page(
    officer: Officer,
    filter: { waiting: boolean | null },
    page: { afterId: number | null; limit: number },
  ): Promise<PendingActView[]>
  /** An act that the officer may decide, with what it would do. Throws the refusal. */
  decidable(officer: Officer, id: number): Promise<PendingActView & { contents: Contents }>
  /** What lets the act happen, to be claimed in the transaction of what it does. */
  deciding(
    officer: Officer,
    act: { id: number; contents: Contents },
    how: { action: ConsoleAction; mutation: string; target: ActTarget; reason: string | null },
  ): Deciding
  /** Ends it without its happening: the second person rejects it, or who proposed it takes it back. */
  end(asking: Asking, id: number, state: 'REJECTED' | 'WITHDRAWN', reason: string): Promise<PendingActView>
  find(officer: Officer, id: number): Promise<PendingActView>
  /** Returns of how many acts what was proposed was erased. */
  eraseOld(): Promise<number>
}

export function createPendingActService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  targets: ActTargetService
}): PendingActService {
  const { pool, vault, clock, targets } = parts

  function view(
    officer: Officer,
    { sealed, sealedReason, inputMac: _, ...act }: PendingActRow,
  ): PendingActView {
    const state = stateAt(act, clock.now())
    const contents = opened(vault, { ...act, sealed })
    const concerned = contents === null || concernsAny(officer.division, contents.target)
    return {
      ...act,
      state,
      contents: concerned ? contents : null,
      reason: concerned ? reasonOf(vault, act, sealedReason) : null,
      mayDecide:
        state === 'PENDING' &&
        concerned &&
        mayDecideFor(officer, { officerId: act.proposedBy.id, departmentId: act.departmentId }),
      mayWithdraw: state === 'PENDING' && act.proposedBy.id === officer.id,
    }
  }

  /** Acts of other departments are as if they were not. */
  async function own(officer: Officer, id: number): Promise<PendingActRow> {
    const act = await findPendingAct(pool, id)
    if (act?.departmentId === officer.department.id) return act
    throw noSuchAct()
  }

  async function decidable(officer: Officer, id: number): Promise<PendingActRow> {
    const act = await own(officer, id)
    const contents = opened(vault, act)
    if (contents && !concernsAny(officer.division, contents.target)) throw noSuchAct()
    if (!mayDecideFor(officer, { officerId: act.proposedBy.id, departmentId: act.departmentId }))
      throw new Refusal(
        'ACT_NOT_YOURS',
        '须由本部门另一名复核人复核，提出人本人不得复核 (another person of your department who reviews has to decide; never who proposed it)',
      )
    if (stateAt(act, clock.now()) !== 'PENDING') throw notPending()
    return act
  }

  return {
    async propose({ officer, caller }, { proposalId, operation, action, variables, target, note }) {
      if (forTwoPersons(action) === null)
        throw new Refusal(
          'INPUT_INVALID',
          '此事一人即可办理，无须复核 (one person is enough for this: do it, there is nothing to propose)',
        )
      if (!mayDo(officer, action))
        throw new Refusal('ACT_NOT_YOURS', '您的角色无权提出此事 (your roles do not allow to propose this)')
      if (Buffer.byteLength(JSON.stringify(variables)) > limits.pendingActBytes)
        throw new Refusal(
          'INPUT_INVALID',
          `所提内容不得超过 ${limits.pendingActBytes} 字节 (variables: at most ${limits.pendingActBytes} bytes)`,
        )
      const inputMac = vault.blindIndex('pending act', canonicalJson([operation, variables, note]))
      const now = clock.now()
      const { department } = officer
      const id = await transaction(pool, async (client) => {
        await caller.request.claim(client)
        await lockName(client, `pending act ${department.id}`)
        const earlier = await findProposal(client, department.id, proposalId)
        if (earlier) {
          if (earlier.inputMac === inputMac && earlier.proposedBy.id === officer.id) return earlier.id
          throw new Refusal('ACTION_ID_REUSED', '该编号已用于其他内容 (this id was used for other content)')
        }
        if ((await countWaiting(client, department.id, now)) >= limits.pendingActsPerDepartment)
          throw new Refusal('ACT_STATE', '本部门待复核事项过多 (too many acts of your department wait)')
        const seen = await targets.see(client, caller, target)
        const next = await nextActId(client)
        await insertPendingAct(client, {
          id: next,
          departmentId: department.id,
          proposalId,
          inputMac,
          operation,
          sealed: vault.encrypt(
            JSON.stringify({ variables, target: seen, note } satisfies Contents),
            sealedTo({ id: next, departmentId: department.id, operation, proposedBy: { id: officer.id } }),
          ),
          proposedBy: officer.id,
          proposedAt: now,
          expiresAt: new Date(now.getTime() + limits.pendingActDays * 86_400_000),
        })
        return next
      })
      return view(officer, await own(officer, id))
    },

    async page(officer, { waiting }, page) {
      const filter = { departmentId: officer.department.id, waiting, now: clock.now() }
      return (await pageOfActs(pool, filter, page)).map((act) => view(officer, act))
    },

    async decidable(officer, id) {
      const found = view(officer, await decidable(officer, id))
      const { contents } = found
      if (contents) return { ...found, contents }
      // Changed where it lies, or moved from another act: nobody proposed that.
      throw new Refusal(
        'ACT_UNREADABLE',
        '所提内容已被改动或无法读取，不予办理 (what was proposed was changed or cannot be read: it does not happen)',
      )
    },

    deciding: (officer, { id, contents }, { action, mutation, target, reason }) => ({
      id,
      mutation,
      async decide(client, caller) {
        const approved = await approve(client, {
          id,
          departmentId: officer.department.id,
          by: officer.id,
          at: clock.now(),
          sealedReason: reason === null ? null : vault.encrypt(reason, reasonSealedTo({ id })),
          proposerRoles: rolesFor[action],
        })
        if (!approved) throw notPending()
        // Locked until the act has happened: nobody changes it between the look and the act.
        const now = await targets.see(client, caller, target)
        if (canonicalJson(now.facts) === canonicalJson(contents.target.facts)) return
        throw new Refusal(
          'ACT_TARGET_CHANGED',
          '提出以后所指事项已有变化，请退回后重新提出 (what it is about has changed since it was proposed: reject it, and propose it anew)',
        )
      },
    }),

    async end({ officer, caller }, id, state, reason) {
      const act = state === 'REJECTED' ? await decidable(officer, id) : await own(officer, id)
      if (state === 'WITHDRAWN' && act.proposedBy.id !== officer.id)
        throw new Refusal('ACT_NOT_YOURS', '只有提出人可以撤回 (only who proposed it takes it back)')
      await transaction(pool, async (client) => {
        await caller.request.claim(client)
        const sealedReason = vault.encrypt(reason, reasonSealedTo({ id }))
        if (!(await endAct(client, { id, state, by: officer.id, at: clock.now(), sealedReason })))
          throw notPending()
      })
      return view(officer, await own(officer, id))
    },

    find: async (officer, id) => view(officer, await own(officer, id)),

    eraseOld: () => eraseContents(pool, new Date(clock.now().getTime() - limits.decidedActDays * 86_400_000)),
  }
}

/** Binds the variables to the act, its operation, department and proposer: under any other they cannot be opened. */
const sealedTo = (act: {
  id: number
  departmentId: number
  operation: ActOperation
  proposedBy: { id: string }
}) => `pending act ${act.id} ${act.departmentId} ${act.operation} ${act.proposedBy.id}`

function opened(
  vault: Vault,
  act: Pick<PendingActRow, 'id' | 'departmentId' | 'operation' | 'proposedBy' | 'sealed'>,
): Contents | null {
  if (act.sealed === null) return null
  try {
    return JSON.parse(vault.decrypt(act.sealed, sealedTo(act)))
  } catch {
    return null
  }
}

const reasonSealedTo = ({ id }: { id: number }) => `reason of pending act ${id}`

function reasonOf(vault: Vault, act: { id: number }, sealed: Buffer | null): string | null {
  if (sealed === null) return null
  try {
    return vault.decrypt(sealed, reasonSealedTo(act))
  } catch {
    return null
  }
}

const noSuchAct = () => new Refusal('ACT_NOT_FOUND', '没有此待复核事项 (no such act of your department)')

const notPending = () =>
  new Refusal(
    'ACT_STATE',
    '此事已办结、已过期，或提出人已不能提出 (it was decided, its time is over, or who proposed it may not propose any more)',
  )
