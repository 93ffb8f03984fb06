import type pg from 'pg'
import type { Caller } from '../departments/caller.ts'
import { feedPosition } from '../feed/feed-store.ts'
import { noteAdministration } from '../kernel/administration-trace.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import type { WebhookTargets } from './address-policy.ts'
import type { Webhook } from './webhook.ts'
import {
  departmentIdOf,
  findWebhook,
  insertWebhook,
  lockRegistrations,
  removeWebhook,
  reviveWebhook,
  type StoredWebhook,
  webhooksOf,
} from './webhook-store.ts'
import { readWebhookUrl } from './webhook-url.ts'

/** Chosen by the caller; the same id stands for the same webhook for ever, also once it is removed. */
export type RegistrationInput = { registrationId: string; url: string; after: number }
export type WebhookAct = 'REPLAY' | 'REMOVE'

export type WebhookService = {
  register(caller: Caller, input: RegistrationInput): Promise<Webhook>
  remove(caller: Caller, registrationId: string): Promise<Webhook>
  /** A webhook that was given up goes on from where it stopped. */
  replay(caller: Caller, registrationId: string): Promise<Webhook>
  list(caller: Caller): Promise<Webhook[]>
  /** The same by an administrator, who leaves a trace. */
  administer(
    actor: string,
    act: WebhookAct,
    webhook: { department: string; registrationId: string },
    reason: string,
  ): Promise<Webhook>
}

export function createWebhookService(parts: {
  pool: pg.Pool
  vault: Vault
  targets: WebhookTargets
}): WebhookService {
  const { pool, vault, targets } = parts

  async function act(
    client: Queryable,
    act: WebhookAct,
    departmentId: number,
    registrationId: string,
  ): Promise<Webhook> {
    await lockRegistrations(client, departmentId)
    const found = await findWebhook(client, departmentId, registrationId)
    if (!found) throw notFound()
    switch (act) {
      case 'REMOVE':
        return shown(await removeWebhook(client, found.id))
      case 'REPLAY':
        if (found.status === 'REMOVED') throw notFound()
        return shown(await reviveWebhook(client, found.id))
    }
  }

  const actFor = (caller: Caller, kind: WebhookAct, registrationId: string) =>
    transaction(pool, async (client) => {
      await caller.request.claim(client)
      return act(client, kind, caller.department.id, registrationId)
    })

  return {
    async register(caller, input) {
      const { department } = caller
      const url = readWebhookUrl(input.url, targets)
      const inputMac = vault.blindIndex('webhook', canonicalJson({ url, after: input.after }))
      return transaction(pool, async (client) => {
        await caller.request.claim(client)
        await lockRegistrations(client, department.id)
        const before = await findWebhook(client, department.id, input.registrationId)
        if (before) return repeated(before, inputMac)
        if ((await webhooksOf(client, department.id)).length >= limits.webhooksPerDepartment) throw tooMany()
        if (input.after < 0 || input.after > (await feedPosition(client))) throw notAPosition()
        const { registrationId, after } = input
        return shown(
          await insertWebhook(client, department.id, { registrationId, inputMac, url, position: after }),
        )
      })
    },
    remove: (caller, registrationId) => actFor(caller, 'REMOVE', registrationId),
    replay: (caller, registrationId) => actFor(caller, 'REPLAY', registrationId),
    list: async (caller) => (await webhooksOf(pool, caller.department.id)).map(shown),
    administer: (actor, kind, { department, registrationId }, reason) =>
      transaction(pool, async (client) => {
        const departmentId = await departmentIdOf(client, department)
        if (departmentId === null) throw notFound()
        const changed = await act(client, kind, departmentId, registrationId)
        const facts = { registrationId, reason }
        await noteAdministration(client, { actor, action: `WEBHOOK_${kind}`, target: department, facts })
        return changed
      }),
  }
}

function shown({ id: _id, inputMac: _inputMac, ...webhook }: StoredWebhook): Webhook {
  return webhook
}

function repeated(webhook: StoredWebhook, inputMac: string): Webhook {
  if (webhook.inputMac === inputMac) return shown(webhook)
  throw new Refusal(
    'REGISTRATION_ID_REUSED',
    `登记号 ${webhook.registrationId} 已用于其他内容 (this registration id was used for other content)`,
  )
}

const notFound = () => new Refusal('WEBHOOK_NOT_FOUND', '没有此回调 (no such webhook of this department)')

const tooMany = () =>
  new Refusal(
    'TOO_MANY_WEBHOOKS',
    `每个部门至多 ${limits.webhooksPerDepartment} 个回调 (at most ${limits.webhooksPerDepartment} webhooks a department)`,
  )

const notAPosition = () =>
  new Refusal(
    'INPUT_INVALID',
    'after 须为变更流中已有的位置，从头为 0 (after: a position that the feed has reached, 0 for its beginning)',
  )
