import type pg from 'pg'
import type { LegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { normaliseName } from '../names/normalise.ts'
import { personsByNameAndEnding } from '../subjects/subject-store.ts'
import { recordsOf } from './public-reading-service.ts'
import type { PublicRecord } from './public-record.ts'
import type { PublicWorldReader } from './public-world-service.ts'
import { publishedOfPersons } from './publicity-store.ts'

/**
 * Natural persons (自然人). Nobody can go through them: only who knows the whole name and the end of the certificate number
 * learns of published entries, where the basis of the list or of the case publishes names, and nothing tells whether a
 * person without such entries is known at all.
 */
export type PersonEnquiryService = {
  /** At most `limits.publicPageSize.max`, the latest first. `ending`: the last 4 to 6 characters of the number. */
  personEntries(asked: { name: string; ending: string }): Promise<PersonEntries>
}

/** The same shape for everybody, found or not. */
export type PersonEntries = { asOf: LegalDay; entries: PersonEntry[] }

export type PersonEntry = {
  kind: 'PENALTY' | 'LIST'
  listType: string | null
  documentNo: string | null
  day: LegalDay
  endsOn: LegalDay | null
  source: { code: string; name: string }
  /** What the person did and what was decided, as the organ wrote it. */
  facts: string | null
  decision: string | null
  updatedOn: LegalDay
  publicationEndsOn: LegalDay | null
  disputedSince: LegalDay | null
  correctedOn: LegalDay | null
  /** By which the name is published. */
  nameBasis: string
}

/** What of a person's record is shown beside its number and days: nothing else, whatever else the dataset publishes. */
const prose = { facts: ['CF_SY', 'reason'], decision: ['CF_NR'] }

export function createPersonEnquiryService(parts: {
  pool: pg.Pool
  vault: Vault
  world: PublicWorldReader
  wait: (milliseconds: number) => Promise<void>
}): PersonEnquiryService {
  const { pool, vault } = parts

  async function find(name: string, ending: string): Promise<PersonEntries> {
    const world = await parts.world()
    const persons = await personsByNameAndEnding(pool, vault, name, ending, limits.namesakes)
    const rows = await publishedOfPersons(pool, world.published, persons, limits.publicPageSize.max)
    const records = await recordsOf(pool, world, rows)
    const entries = rows.flatMap(({ recordId, edition, name: written }): PersonEntry[] => {
      const record = records.get(recordId)
      const basis = world.sheets.get(edition)?.publication?.personNames?.legalBasis
      // A record under another name of the same person would tell that name.
      if (!record || !basis || normaliseName(written) !== normaliseName(name)) return []
      return [entryOf(record, basis)]
    })
    return { asOf: world.day, entries }
  }

  return {
    async personEntries({ name, ending }) {
      const asked = readAsked(name, ending)
      // How long it takes must not tell how many bear the name.
      const [found] = await Promise.all([find(asked.name, asked.ending), parts.wait(limits.personLookupTime)])
      return found
    },
  }
}

/** Before anything is counted or looked up. */
export function readAsked(name: string, ending: string): { name: string; ending: string } {
  const whole = name.trim()
  const end = ending.normalize('NFKC').trim().toUpperCase()
  const { min, max } = limits.personNumberEnding
  if (whole.length < 2 || whole.length > limits.nameCharacters || /[\p{Cc}%*?_]/u.test(whole))
    throw new Refusal('INPUT_INVALID', '须为完整姓名 (name: the whole name, no placeholders)')
  if (end.length < min || end.length > max || !/^[0-9A-Z]+$/.test(end))
    throw new Refusal(
      'INPUT_INVALID',
      `须为证件号码末 ${min}–${max} 位 (certificateEnding: the last ${min} to ${max} characters)`,
    )
  return { name: whole, ending: end }
}

function entryOf(record: PublicRecord, nameBasis: string): PersonEntry {
  const text = (names: readonly string[]) =>
    record.fields.find(({ name }) => names.includes(name))?.value ?? null
  return {
    kind: record.kind === 'LIST' ? 'LIST' : 'PENALTY',
    listType: record.listType,
    documentNo: record.documentNo,
    day: record.day,
    endsOn: record.endsOn,
    source: record.source,
    facts: text(prose.facts),
    decision: text(prose.decision),
    updatedOn: record.updatedOn,
    publicationEndsOn: record.publicationEndsOn,
    disputedSince: record.disputedSince,
    correctedOn: record.correctedOn,
    nameBasis,
  }
}
