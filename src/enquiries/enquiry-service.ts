import { type Catalogue, visibleDatasets } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { BusinessMatter } from '../catalogue/measures.ts'
import type { Caller } from '../departments/caller.ts'
import { type Clock, isLegalDay, type LegalDay, legalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { normaliseName } from '../names/normalise.ts'
import { rolesByDataset } from '../records/responsible-person-policy.ts'
import { identify, type LookupKey } from '../subjects/identification.ts'
import type { IdentifierScheme } from '../subjects/identifiers.ts'
import { type BindingMeasure, bindingMeasures } from './binding-measures.ts'
import {
  type Findings,
  findAnswerable,
  findSubjects,
  type ListingRow,
  namesOf,
  type Page,
  pageOfListings,
  pageOfListingsAnsweredFor,
  pageOfRecords,
  type SubjectName,
} from './enquiry-store.ts'
import { groupedFinding } from './grouped-finding.ts'
import { type Known, knownPosition } from './known-then.ts'
import { proposalsByName, thresholdOf } from './proposal-service.ts'
import {
  type AskedSubject,
  type FoundSubject,
  type Knowledge,
  type ReadSubject,
  type ScreeningVerdict,
  screenSubject,
} from './screening.ts'
import { datasetsOf, type ListingView, listingViewer, type RecordView, recordViewer } from './views.ts'

/** `measures` are made when they are asked for. */
export type ScreeningResult = ScreeningVerdict & { listings: ListingView[]; measures(): BindingMeasure[] }
export type Screening = { dataVersion: number; asOf: LegalDay; results: ScreeningResult[] }
/** `asOf`: the day asked about; `known`: by what the exchange knew then, else by what it knows now. */
export type Moment = { asOf: string | null; known: Known | null }
/** `matter`: what is being decided, so that only measures of that matter bind; null: any. */
export type ScreeningInput = Moment & {
  purpose: string
  matter: BusinessMatter | null
  subjects: AskedSubject[]
}

/** A subject as it was found, with the listings in force on that day which the same statement saw; null: it saw none such. */
export type LookedUpSubject = FoundSubject & { inForce?: { day: LegalDay; listings: ListingRow[] } | null }

/** Look-up (查询): what a department may know of whom. Nothing is shown that disclosure or authorisation does not allow. */
export type EnquiryService = {
  screen(caller: Caller, input: ScreeningInput): Promise<Screening>
  subject(
    caller: Caller,
    identifier: string,
    scheme: IdentifierScheme | null,
  ): Promise<{ subject: LookedUpSubject | null; dataVersion: number }>
  names(subject: FoundSubject): Promise<SubjectName[]>
  /** Listings in force for whose record the person answers (责任人员), as far as the caller may see who does. */
  responsibleFor(
    caller: Caller,
    person: FoundSubject,
    page: Page,
  ): Promise<(ListingView & { subject: FoundSubject })[]>
  /** Listings of one subject, in the order of their making. */
  listingsOf(
    caller: Caller,
    subject: LookedUpSubject,
    filter: Omit<ListingEnquiry, 'listType' | 'subjectId'>,
    page: Page,
  ): Promise<(ListingView & { subject: FoundSubject })[]>
  listings(
    caller: Caller,
    filter: ListingEnquiry,
    page: Page,
  ): Promise<(ListingView & { subject: FoundSubject })[]>
  records(
    caller: Caller,
    filter: { dataset: string | null; subjectId: number | null; ended: 'LEFT_OUT' | 'INCLUDED' },
    page: Page,
  ): Promise<RecordView[]>
}

export type ListingEnquiry = Moment & {
  listType: string | null
  subjectId: number | null
  ended: 'LEFT_OUT' | 'INCLUDED'
}

export function createEnquiryService(parts: {
  /** The pool, or a connection whose transaction is to be the picture. */
  pool: Queryable
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
}): EnquiryService {
  const { pool, vault, clock } = parts
  const find = groupedFinding((sought) => findSubjects(pool, sought))

  async function listings(caller: Caller, filter: ListingEnquiry, page: Page) {
    const catalogue = await parts.catalogue.current()
    const view = listingViewer(catalogue, caller.department)
    const rows = await pageOfListings(
      pool,
      {
        ...datasetsOf(catalogue, caller.department),
        knownPosition: filter.known && (await knownPosition(pool, filter.known)),
        listTypeCode: filter.listType,
        subjectId: filter.subjectId,
        day: filter.ended === 'INCLUDED' ? null : dayOf(filter.asOf, clock),
      },
      page,
    )
    return rows.map((row) => ({ ...view(row), subject: row.subject }))
  }

  return {
    listings,

    async listingsOf(caller, subject, filter, page) {
      const { inForce = null } = subject
      const isInForce = filter.ended === 'LEFT_OUT' && filter.known === null && inForce !== null
      // What the look-up of the subject saw need not be read again, and belongs to the same picture.
      if (!isInForce || dayOf(filter.asOf, clock) !== inForce.day)
        return listings(caller, { ...filter, listType: null, subjectId: subject.id }, page)
      const view = listingViewer(await parts.catalogue.current(), caller.department)
      return inForce.listings
        .filter(({ id }) => page.afterId === null || id > page.afterId)
        .toSorted((one, other) => one.id - other.id)
        .slice(0, page.limit)
        .map((row) => ({ ...view(row), subject }))
    },

    async screen(caller, input) {
      const asOf = dayOf(input.asOf, clock)
      if (input.subjects.length > limits.subjectsPerScreening) {
        throw new Refusal(
          'TOO_MANY_SUBJECTS',
          `一次至多核查 ${limits.subjectsPerScreening} 个主体，收到 ${input.subjects.length} 个 (too many subjects in one screening)`,
        )
      }
      const catalogue = await parts.catalogue.current()
      const asked = input.subjects.map((subject) => readSubject(vault, subject))
      caller.request.note({ purpose: input.purpose, subjects: asked.map(notedAs) })
      const scope = {
        ...datasetsOf(catalogue, caller.department),
        knownPosition: input.known && (await knownPosition(pool, input.known)),
      }
      const findings = await find({
        keys: asked.flatMap(({ identification }) =>
          identification?.status === 'READ' ? identification.keys : [],
        ),
        nameKeys: [...new Set(asked.flatMap((subject) => subject.nameKey ?? []))],
        ...scope,
        day: asOf,
        namesakes: limits.candidatesPerName,
      })
      const { byKey, namesakesOf, isListed, listingsOf } = organise(findings, adverseListTypes(catalogue))
      const proposals = await proposalsByName(pool, input.subjects, asked, { byKey, namesakesOf }, scope)
      const knowledge: Knowledge = {
        byKey,
        byName: (subject) => proposals.get(subject) ?? [],
        isListed,
      }
      const view = listingViewer(catalogue, caller.department)
      const binding = bindingMeasures(catalogue, {
        departmentKind: caller.department.kind,
        matter: input.matter,
        day: asOf,
      })
      const verdicts = asked.map((subject) => screenSubject(subject, knowledge))
      caller.request.found(verdicts.flatMap(({ subject }) => subject?.id ?? []))
      return {
        dataVersion: findings.position,
        asOf,
        results: verdicts.map((verdict) => {
          const listings = verdict.subject ? listingsOf(verdict.subject).map(view) : []
          return { ...verdict, listings, measures: () => binding(verdict.subject?.name ?? '', listings) }
        }),
      }
    },

    async subject(caller, identifier, scheme) {
      const identification = identify(vault, identifier, scheme)
      if (identification.status === 'MALFORMED') {
        throw new Refusal('INPUT_INVALID', '号码格式不正确 (the identifier has not the form of its scheme)')
      }
      const linking = identification.keys.filter((key) => key.strength === 'LINKS')
      caller.request.note({ purpose: null, subjects: linking.map(textOf) })
      const catalogue = await parts.catalogue.current()
      const day = legalDay(clock.now())
      const { subjects, listings, position } = await find({
        keys: linking,
        nameKeys: [],
        ...datasetsOf(catalogue, caller.department),
        day,
        knownPosition: null,
        namesakes: 0,
      })
      // A person of whom there is no record may answer for an organisation of which there is one.
      const found =
        subjects.length > 0
          ? subjects
          : await findAnswerable(pool, linking, rolesByDataset(catalogue, caller.department))
      caller.request.found(found.map(({ id }) => id))
      if (found.length > 1) {
        throw new Refusal(
          'IDENTIFIER_AMBIGUOUS',
          '该号码可属多种证件，请指明类型 (the number fits several schemes: name the scheme)',
        )
      }
      const [subject] = found
      if (!subject) return { subject: null, dataVersion: position }
      const inForce = subjects.length > 0 ? { day, listings } : null
      return { subject: { ...subject, inForce }, dataVersion: position }
    },

    async responsibleFor(caller, person, page) {
      const catalogue = await parts.catalogue.current()
      const view = listingViewer(catalogue, caller.department)
      const roles = rolesByDataset(catalogue, caller.department)
      const filter = { personId: person.id, roles, day: legalDay(clock.now()) }
      const rows = await pageOfListingsAnsweredFor(pool, filter, page)
      return rows.map((row) => ({ ...view(row), subject: row.subject }))
    },

    names: (subject) => namesOf(pool, subject.id),

    async records(caller, filter, page) {
      const catalogue = await parts.catalogue.current()
      const visible = visibleDatasets(catalogue, caller.department).filter(
        (dataset) => filter.dataset === null || dataset.code === filter.dataset,
      )
      const rows = await pageOfRecords(
        pool,
        {
          datasetIds: visible.map((dataset) => dataset.id),
          ownDatasetIds: datasetsOf(catalogue, caller.department).ownDatasetIds,
          subjectId: filter.subjectId,
          ended: filter.ended,
        },
        page,
      )
      const view = recordViewer(parts, catalogue, caller.department)
      return Promise.all(rows.map(view))
    },
  }
}

function dayOf(asked: string | null, clock: Clock): LegalDay {
  if (asked === null) return legalDay(clock.now())
  if (!isLegalDay(asked))
    throw new Refusal('INPUT_INVALID', 'asOf 须为日期 YYYY-MM-DD (asOf: expected a day, YYYY-MM-DD)')
  return asked
}

function readSubject(vault: Vault, asked: AskedSubject): ReadSubject {
  const threshold = thresholdOf(asked)
  if (!(threshold >= 0 && threshold <= 1))
    throw new Refusal('INPUT_INVALID', 'nameThreshold 须在 0 至 1 之间 (nameThreshold: expected 0 to 1)')
  const identifier = asked.identifier?.trim() || null
  const name = asked.name?.trim() || null
  return {
    ref: asked.ref,
    identification: identifier === null ? null : identify(vault, identifier, asked.scheme ?? null),
    nameKey: name === null ? null : normaliseName(name),
  }
}

/** Under what the evidence log can find a subject again: the strongest key of its number, else the key of its name. */
function notedAs({ identification, nameKey: name }: ReadSubject): string {
  if (identification?.status !== 'READ') return `NAME ${name ?? ''}`
  const key = identification.keys.find(({ strength }) => strength === 'LINKS') ?? identification.keys[0]
  return key ? textOf(key) : ''
}

const textOf = ({ scheme, value }: LookupKey) => `${scheme} ${value}`

/** To be on a list of the trustworthy (守信) is no hit: such listings are shown, with the incentives they bring. */
function adverseListTypes(catalogue: Catalogue): ReadonlySet<string> {
  return new Set(catalogue.listTypes.filter((type) => type.nature !== 'TRUSTWORTHY').map((type) => type.code))
}

/** Indexes what one statement found, so that each subject asked about is answered without searching. */
function organise(
  findings: Findings,
  adverse: ReadonlySet<string>,
): Pick<Knowledge, 'byKey' | 'isListed'> & {
  namesakesOf(asked: ReadSubject): readonly FoundSubject[]
  listingsOf(subject: FoundSubject): ListingRow[]
} {
  const subjects = new Map(findings.subjects.map((subject) => [subject.id, subject]))
  const canonicalIds = new Map(findings.merged.map(({ id, canonicalId }) => [id, canonicalId]))
  const canonicalOf = (subjectId: number) => canonicalIds.get(subjectId) ?? subjectId
  const byScheme = new Map<string, Map<string, FoundSubject[]>>()
  for (const { scheme, key, subjectId } of findings.matches) {
    const subject = subjects.get(canonicalOf(subjectId))
    if (!subject) continue
    const byKey = byScheme.get(scheme) ?? new Map<string, FoundSubject[]>()
    byScheme.set(scheme, byKey)
    const entry = byKey.get(key)
    if (entry) entry.push(subject)
    else byKey.set(key, [subject])
  }
  const found = (scheme: string, key: string) => byScheme.get(scheme)?.get(key) ?? []
  const listings = Map.groupBy(findings.listings, (listing) => canonicalOf(listing.subjectId))
  return {
    byKey: ({ scheme, key }) => found(scheme, key),
    namesakesOf: ({ nameKey }) => found('NAME', nameKey ?? ''),
    isListed: (subject) =>
      listings.get(subject.id)?.some((listing) => adverse.has(listing.listTypeCode)) ?? false,
    listingsOf: (subject) => listings.get(subject.id) ?? [],
  }
}
