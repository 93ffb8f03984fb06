import type pg from 'pg'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { concernsCounty, divisionPrefix } from '../departments/division-code.ts'
import { findSubjects } from '../enquiries/enquiry-store.ts'
import { datasetsOf } from '../enquiries/views.ts'
import { noteAdministration } from '../kernel/administration-trace.ts'
import { canonicalJson, type Json } from '../kernel/canonical-json.ts'
import { type Clock, legalDay } from '../kernel/clock.ts'
import { lockName, type Queryable, transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { identify } from '../subjects/identification.ts'
import type { IdentifierScheme } from '../subjects/identifiers.ts'
import { mayJudge, mayPropose } from './identity-policy.ts'
import {
  type Action,
  type Actor,
  appendEvent,
  findAction,
  findProposal,
  lockIdentities,
  pageOfProposals,
  proposalOf,
  type StoredProposal,
  setVerdict,
} from './identity-store.ts'
import { decide, type IdentityEvent, type SubjectKind, subjectKinds, type Verdict } from './judgement.ts'
import { letStand } from './standing-service.ts'
import { linksAround, lockSubjects } from './standing-store.ts'

type SubjectNumber = { identifier: string; scheme: IdentifierScheme | null }
export type IdentityProposalInput = {
  actionId: string
  one: SubjectNumber
  other: SubjectNumber
  reason: string
}
export type JudgementEvent = Exclude<IdentityEvent, { type: 'PROPOSED' }>
export type JudgementInput = { actionId: string; proposalId: number; event: JudgementEvent }
export type IdentityFilter = { kind: SubjectKind | null; state: Verdict | 'OPEN' | null }

type Page = { afterId: number | null; limit: number }

/** Decisions about who is who (主体归并). Acts of departments are idempotent by their client-chosen id. */
export type IdentityService = {
  /** Asks whether two subjects that the caller knows of are one. A pair is asked about once: it gives the proposal there is. */
  propose(caller: Caller, input: IdentityProposalInput): Promise<StoredProposal>
  /** A judgement, or that it is withdrawn. Merges and splits in the same transaction. */
  judge(caller: Caller, input: JudgementInput): Promise<StoredProposal>
  /** Proposals of the kinds that the caller judges, and its own. */
  page(caller: Caller, filter: IdentityFilter, page: Page): Promise<StoredProposal[]>
  /** The same by an administrator, who leaves a trace. */
  administer(actor: string, proposalId: number, event: JudgementEvent): Promise<StoredProposal>
  pageForAdministrators(filter: IdentityFilter, page: Page): Promise<StoredProposal[]>
}

export function createIdentityService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
}): IdentityService {
  const { pool, vault, clock } = parts

  /** One act in one transaction: repeated, it gives what it gave. */
  async function once(
    caller: Caller,
    actionId: string,
    facts: Json,
    work: (client: Queryable, by: Actor, action: Action) => Promise<number>,
  ): Promise<StoredProposal> {
    const { department } = caller
    const inputMac = vault.blindIndex('identity action', canonicalJson(facts))
    return transaction(pool, async (client) => {
      await caller.request.claim(client)
      await lockName(client, `identity action ${department.id} ${actionId}`)
      const earlier = await findAction(client, department.id, actionId)
      if (earlier && earlier.inputMac !== inputMac) {
        throw new Refusal(
          'ACTION_ID_REUSED',
          `操作号 ${actionId} 已用于其他内容 (this action id was used for other content)`,
        )
      }
      const by = { departmentId: department.id, name: department.code }
      const proposalId = earlier ? earlier.proposalId : await work(client, by, { id: actionId, inputMac })
      return requireProposal(client, proposalId)
    })
  }

  /** The subject itself that a number names, not the one that may stand for it, where the caller may know of it. */
  async function subjectOf(caller: Caller, { identifier, scheme }: SubjectNumber) {
    const identification = identify(vault, identifier, scheme)
    if (identification.status === 'MALFORMED')
      throw new Refusal('INPUT_INVALID', '号码格式不正确 (the identifier has not the form of its scheme)')
    const keys = identification.keys.filter(({ strength }) => strength === 'LINKS')
    const { subjects, merged, matches } = await findSubjects(pool, {
      keys,
      nameKeys: [],
      ...datasetsOf(await parts.catalogue.current(), caller.department),
      day: legalDay(clock.now()),
      knownPosition: null,
      namesakes: 0,
    })
    const known = matches.flatMap(({ subjectId }) => {
      const canonicalId = merged.find(({ id }) => id === subjectId)?.canonicalId ?? subjectId
      const standing = subjects.find(({ id }) => id === canonicalId)
      return standing ? [{ id: subjectId, kind: standing.kind }] : []
    })
    const [subject, ...others] = [...new Map(known.map((one) => [one.id, one])).values()]
    if (!subject)
      throw new Refusal(
        'SUBJECT_NOT_FOUND',
        '没有此号码的主体 (the exchange has no record of such a subject)',
      )
    if (others.length > 0) {
      throw new Refusal(
        'IDENTIFIER_AMBIGUOUS',
        '该号码可属多种证件，请指明类型 (the number fits several schemes: name the scheme)',
      )
    }
    return { ...subject, numbers: keys.map(({ scheme, value }) => `${scheme} ${value}`) }
  }

  return {
    async propose(caller, input) {
      if (!mayPropose(caller.department)) throw notYours()
      const one = await subjectOf(caller, input.one)
      const other = await subjectOf(caller, input.other)
      caller.request.note({ purpose: null, subjects: [...one.numbers, ...other.numbers] })
      if (one.id === other.id)
        throw new Refusal('INPUT_INVALID', '两个号码同属一个主体 (both numbers are of one subject already)')
      if (one.kind !== other.kind)
        throw new Refusal('INPUT_INVALID', '机构与自然人不能归并 (an organisation is no person)')
      const { reason } = input
      return once(
        caller,
        input.actionId,
        ['PROPOSED', one.id, other.id, reason],
        async (client, by, action) => {
          await lockIdentities(client)
          const proposalId = await proposalOf(client, { kind: one.kind, one: one.id, other: other.id })
          const event: IdentityEvent = { type: 'PROPOSED', suspicion: 'REPORTED', reason }
          await appendEvent(client, proposalId, event, by, action)
          return proposalId
        },
      )
    },

    async judge(caller, { actionId, proposalId, event }) {
      const catalogue = await parts.catalogue.current()
      return once(caller, actionId, ['JUDGED', proposalId, { ...event }], async (client, by, action) => {
        const { kind, subjects } = await requireProposal(client, proposalId)
        const isHers = subjects.some(({ uscc }) => concernsCounty(caller.county ?? null, uscc))
        if (!isHers || !mayJudge(caller.department, kind, catalogue)) throw notYours()
        await judge(client, proposalId, event, by, action)
        return proposalId
      })
    },

    async page(caller, filter, page) {
      const catalogue = await parts.catalogue.current()
      const { department } = caller
      const kinds = subjectKinds.filter((kind) => mayJudge(department, kind, catalogue))
      const county = caller.county === undefined ? null : divisionPrefix(caller.county)
      return pageOfProposals(pool, { ...filter, kinds, proposedBy: department.id, county }, page)
    },

    administer: (actor, proposalId, event) =>
      transaction(pool, async (client) => {
        await judge(client, proposalId, event, { departmentId: null, name: actor }, null)
        await noteAdministration(client, {
          actor,
          action: `IDENTITY_${event.type}`,
          target: String(proposalId),
          facts: { ...event },
        })
        return requireProposal(client, proposalId)
      }),

    pageForAdministrators: (filter, page) =>
      pageOfProposals(pool, { ...filter, kinds: subjectKinds, proposedBy: null, county: null }, page),
  }

  async function judge(
    client: Queryable,
    proposalId: number,
    event: JudgementEvent,
    by: Actor,
    action: Action | null,
  ): Promise<void> {
    await lockIdentities(client)
    const { kind, verdict, subjects: pair } = await requireProposal(client, proposalId)
    const [{ id: low }, { id: high }] = pair
    const links = await linksAround(client, [low, high])
    const around = new Set([low, high, ...links.flatMap((link) => [link.low, link.high])])
    const subjects = await lockSubjects(client, vault, [...around])
    const numbersOf = (id: number) => subjects.find((subject) => subject.id === id)?.numbers ?? []
    const numbers = { low: numbersOf(low), high: numbersOf(high) }
    const decision = decide({ proposalId, kind, low, high, verdict, numbers, links }, event)
    await appendEvent(client, proposalId, event, by, action)
    await setVerdict(client, proposalId, decision.verdict)
    await letStand(client, { proposalId, low, high }, subjects, decision.links)
  }
}

async function requireProposal(client: Queryable, id: number): Promise<StoredProposal> {
  const proposal = await findProposal(client, id)
  if (!proposal)
    throw new Refusal(
      'IDENTITY_PROPOSAL_NOT_FOUND',
      `没有归并疑问 ${id} (no such question about two subjects)`,
    )
  return proposal
}

const notYours = () =>
  new Refusal(
    'IDENTITY_NOT_YOURS',
    '机构由登记机关认定，自然人由信用主管部门认定 (organisations are judged by their registrar, persons by the credit office)',
    '河南省社会信用条例第十六条',
  )
