import type pg from 'pg'
import { type CatalogueDataset, visibleDatasets } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { appendToFeed } from '../feed/feed-store.ts'
import { canonicalJson, type Json } from '../kernel/canonical-json.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { mayKnowPublication } from '../publication/publication-policy.ts'
import { readSourceKey, requireRevocable, requireStanding } from '../records/record-change.ts'
import { newCaseCode } from './case-code.ts'
import { caseBasis, type Pledge, type RemedyKind } from './remedy.ts'
import { type EarliestRepair, lockTarget, markDisputed } from './remedy-effects-service.ts'
import { mayOpen, maySeeDetails, partiesOf } from './remedy-policy.ts'
import { caseNotYours, type RemedyReceipt, repeatedReceipt } from './remedy-receipt-service.ts'
import {
  appendCaseEvent,
  type CaseChannel,
  type CaseTarget,
  caseDepartments,
  findOpening,
  insertCase,
  lockAction,
  otherOpenCases,
  recordOfId,
  recordOfListing,
  recordOfSourceKey,
} from './remedy-store.ts'
import { requirePledge, requireRepairable } from './repair-conditions.ts'

/** Who applies and how to reach them. Kept encrypted, bound to the code of the case; never in logs or messages. */
export type Applicant = {
  name: string
  contact: string
  /** The subject itself, or somebody authorised by it. */
  relation: 'SUBJECT' | 'AGENT'
  documentNo: string | null
}

/** Binds the applicant's data to the case: moved to another they cannot be opened. */
export const applicantContext = (code: string): string => `remedy applicant ${code}`

/** Which record: by its source number, by the membership that rests on it, or, within this process, by its own. */
export type TargetInput =
  | { dataset: string; sourceKey: { [field: string]: Json } }
  | { listingId: number }
  | { recordId: number }

export type OpeningInput = {
  /** Chosen by the caller; the same id gives the same result for ever. */
  openingId: string
  kind: RemedyKind
  target: TargetInput
  applicant: Applicant
  grounds: string
  pledge: Pledge | null
}

export type DepartmentOpening = OpeningInput & {
  channel: Exclude<CaseChannel, 'WEBSITE'>
  receivedOn: LegalDay
}

/** Taking in (收件) objections and applications for repair. */
export type RemedyIntake = {
  open(caller: Caller, input: DepartmentOpening): Promise<RemedyReceipt>
  /**
   * By whoever fills in the form of the website. Who that is, nobody has examined yet: so only records that are published
   * may be offered, and nothing beyond them is told.
   */
  openByPublic(input: OpeningInput): Promise<RemedyReceipt>
}

export type IntakeParts = {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
  random: (bytes: number) => Uint8Array
  earliestRepairOn: EarliestRepair
}

type Opening = OpeningInput & {
  channel: CaseChannel
  receivedOn: LegalDay
  /** Whose case it is, and who entered it; null: the applicant. */
  openedById: number
  enteredById: number | null
  actor: string
  inputMac: string
  /** Datasets of which a record may be meant. */
  among: readonly CatalogueDataset[]
  /** Whether whoever asks works on records of the dataset, and so knows of those that stand no more. */
  worksOn(dataset: CatalogueDataset): boolean
  /** Whether it may know from when on they may be repaired. */
  mayKnowTerm(dataset: CatalogueDataset): boolean
  claim(client: Queryable): Promise<void>
}

export function createRemedyIntake(parts: IntakeParts): RemedyIntake {
  const { pool, vault, clock } = parts
  const macOf = (input: OpeningInput) =>
    vault.blindIndex('remedy opening', canonicalJson({ ...input, target: { ...input.target } }))

  /** One opening in one transaction: repeated, it gives what it gave. */
  function openCase(opening: Opening): Promise<RemedyReceipt> {
    const now = clock.now()
    const today = legalDay(now)
    const { kind, receivedOn, pledge, openedById, inputMac } = opening
    if (receivedOn > today)
      throw new Refusal('INPUT_INVALID', 'receivedOn 不得在将来 (receivedOn: not in the future)')
    requirePledge(kind, pledge, today)
    return transaction(pool, async (client) => {
      await opening.claim(client)
      await lockAction(client, openedById, `opening ${opening.openingId}`)
      const before = await findOpening(client, openedById, opening.openingId)
      if (before) return repeatedReceipt(client, before, inputMac)
      const target = await findTarget(client, opening.among, opening.target, today)
      const { record, listing } = await lockTarget(client, target)
      if (record.status !== 'ACTIVE' && !opening.worksOn(target.dataset)) throw notFound(opening.target)
      if (kind === 'OBJECTION') requireRevocable(record)
      else {
        requireStanding(record)
        const term = await parts.earliestRepairOn(client, record.id, today)
        requireRepairable(term, today, opening.mayKnowTerm(target.dataset) ? 'DISCLOSED' : 'UNDISCLOSED')
        if ((await otherOpenCases(client, record.id, 'REPAIR', null)) > 0) throw alreadyOpen()
      }
      const code = newCaseCode(parts.random)
      const caseId = await insertCase(client, {
        code,
        kind,
        openedById,
        openingId: opening.openingId,
        inputMac,
        recordId: record.id,
        listingId: listing?.id ?? null,
        channel: opening.channel,
        applicant: vault.encrypt(canonicalJson({ ...opening.applicant }), applicantContext(code)),
        grounds: opening.grounds,
        openedOn: receivedOn,
        openedAt: now,
      })
      await appendCaseEvent(
        client,
        caseId,
        { type: 'RECEIVED', recordVersion: record.version, pledge },
        { on: receivedOn, at: now, departmentId: opening.enteredById, action: null },
      )
      const by = { departmentId: opening.enteredById, actor: opening.actor }
      if (kind === 'OBJECTION')
        await appendToFeed(client, await markDisputed({ client, code, today, by }, listing))
      return { code, kind, event: 'RECEIVED', phase: 'RECEIVED', at: now }
    })
  }

  return {
    async open(caller, input) {
      const { department, request } = caller
      if (!mayOpen(department)) throw caseNotYours(input.kind)
      const catalogue = await parts.catalogue.current()
      return openCase({
        ...input,
        openedById: department.id,
        enteredById: department.id,
        actor: department.code,
        inputMac: macOf(input),
        // The credit office takes in cases of any record, others those of records they may know of.
        among: department.roles.includes('CREDIT_OFFICE')
          ? catalogue.datasets
          : visibleDatasets(catalogue, department),
        worksOn: (dataset) => maySeeDetails(partiesOf(department, dataset, department.id)),
        mayKnowTerm: (dataset) => {
          const { publication } = dataset.definition
          return publication !== undefined && mayKnowPublication(catalogue, department, dataset, publication)
        },
        claim: (client) => request.claim(client),
      })
    },

    async openByPublic(input) {
      const office = (await caseDepartments(pool)).find(
        ({ roles, status }) => roles.includes('CREDIT_OFFICE') && status === 'ACTIVE',
      )
      if (!office)
        throw new Refusal('CASE_NOT_YOURS', '平台尚未指定信用主管部门 (no department is the credit office)')
      return openCase({
        ...input,
        // Ids of the website and of the office's own systems know nothing of each other.
        openingId: `website ${input.openingId}`,
        channel: 'WEBSITE',
        receivedOn: legalDay(clock.now()),
        openedById: office.id,
        enteredById: null,
        actor: 'WEBSITE',
        // Without the day: sent again tomorrow it is still the same.
        inputMac: macOf(input),
        among: (await parts.catalogue.current()).datasets,
        worksOn: () => false,
        mayKnowTerm: () => false,
        claim: async () => {},
      })
    },
  }
}

/** The record that is meant, if it is of one of these datasets. */
async function findTarget(
  client: Queryable,
  among: readonly CatalogueDataset[],
  target: TargetInput,
  today: LegalDay,
): Promise<CaseTarget & { dataset: CatalogueDataset }> {
  if ('listingId' in target) {
    const found = await recordOfListing(client, target.listingId)
    const dataset = among.find(({ id }) => id === found?.datasetId)
    if (found && dataset) return { ...found, dataset }
    throw notFound(target)
  }
  if ('recordId' in target) {
    const found = await recordOfId(client, target.recordId)
    const dataset = among.find(({ id }) => id === found?.datasetId)
    if (found && dataset) return { ...found, dataset }
    throw notFound(target)
  }
  const dataset = among.find(({ code }) => code === target.dataset)
  if (!dataset)
    throw new Refusal('DATASET_NOT_FOUND', '目录中没有此数据集 (the catalogue has no such dataset)')
  const key = readSourceKey(dataset.definition, target.sourceKey, today)
  const found = await recordOfSourceKey(client, dataset.id, key)
  if (found) return { ...found, dataset }
  throw notFound(target)
}

const notFound = (target: TargetInput) =>
  'listingId' in target
    ? new Refusal('LISTING_NOT_FOUND', '没有此名单记录 (no such listing)')
    : new Refusal('RECORD_NOT_FOUND', '没有此来源编号的记录 (no record has this source number)')

const alreadyOpen = () =>
  new Refusal(
    'CASE_ALREADY_OPEN',
    '该记录已有办理中的修复申请 (an application for repair of this record is open already)',
    caseBasis.REPAIR,
  )
