import { type DeadlineRules, dueOf } from '../catalogue/clock-rules.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Publication } from '../publication/publication.ts'
import { dayCursor } from './public-page.ts'
import type { PublicSheet, RecordKind } from './public-sheet.ts'
import { publicValue, withoutPersonalNumbers } from './public-text.ts'
import type { PublishedRow } from './publicity-store.ts'

/** What the public reads of a record. Pure. */

export type PublicField = {
  name: string
  label: string
  labelEn: string
  unit: string | null
  value: string
}

export type PublicRecord = {
  /** Names it, together with the code of its subject, in an objection or an application for repair. */
  reference: string
  kind: RecordKind
  dataset: string
  datasetName: string
  /** Code of the list type; null: it lists nobody. */
  listType: string | null
  uscc: string | null
  /** As the record says. */
  name: string
  documentNo: string | null
  /** Of the decision, or of listing. */
  day: LegalDay
  /** Of a membership, its last day; null: until removal. */
  endsOn: LegalDay | null
  /** Who issued it (数据来源), under the name borne then. */
  source: { code: string; name: string }
  updatedOn: LegalDay
  /** The last day of publication as things stand; null: no period ends it, or what would tell is not public. */
  publicationEndsOn: LegalDay | null
  /** 异议标注: disputed since. */
  disputedSince: LegalDay | null
  /** 更正: the day of the latest correction. */
  correctedOn: LegalDay | null
  fields: PublicField[]
}

/** 侵权假冒案件: what 国发〔2014〕6号 art. 3 wants published of a case, and whether it was in time. */
export type PublicCase = {
  documentNo: string | null
  name: string
  uscc: string | null
  legalRepresentative: string | null
  violation: string | null
  facts: string | null
  penaltyKinds: string | null
  basis: string | null
  penalty: string | null
  /** 万元. */
  fine: string | null
  confiscated: string | null
  /** The last day of validity (处罚有效期) as the decision says. */
  validUntil: string | null
  organ: string
  decidedOn: LegalDay
  publication: CaseClock
  publicationEndsOn: LegalDay | null
  disputedSince: LegalDay | null
  correctedOn: LegalDay | null
}

/**
 * The clock of 20 working days. BACKLOG (存量): decided before the dataset came into the exchange, so no clock ran.
 */
export type CaseClock = {
  dueOn: LegalDay | null
  publishedOn: LegalDay
  status: 'ON_TIME' | 'LATE' | 'BACKLOG'
  /** The notice on holidays of a year is not known yet, so that the due day may still move. */
  provisional: boolean
}

export const caseClock = 'IP_COUNTERFEIT_PUBLICATION'

export function publicRecord(sheet: PublicSheet, row: PublishedRow, endsOn: LegalDay | null): PublicRecord {
  return {
    reference: dayCursor(row),
    kind: sheet.kind,
    dataset: sheet.dataset,
    datasetName: sheet.datasetName,
    listType: row.listType,
    uscc: row.uscc,
    name: withoutPersonalNumbers(row.name),
    documentNo: row.documentNo === null ? null : withoutPersonalNumbers(row.documentNo),
    day: row.day,
    endsOn: row.endsOn,
    source: { code: row.departmentCode, name: row.departmentName },
    updatedOn: row.recordedOn,
    publicationEndsOn: endsOn,
    disputedSince: row.disputedSince,
    correctedOn: row.correctedOn,
    fields: sheet.fields.flatMap(({ name, label, labelEn, unit, value: type }) => {
      const value = publicValue(type, row.content[name])
      return value === null ? [] : [{ name, label, labelEn, unit: unit ?? null, value }]
    }),
  }
}

/** National codes of the penalty table (双公示) that carry what the law wants published of a case. */
const caseColumns = {
  legalRepresentative: 'CF_FRDB',
  violation: 'CF_WFXW',
  facts: 'CF_SY',
  penaltyKinds: 'CF_CFLB',
  basis: 'CF_YJ',
  penalty: 'CF_NR',
  fine: 'CF_NR_FK',
  confiscated: 'CF_NR_WFFF',
  validUntil: 'CF_YXQ',
  organ: 'CF_CFJG',
} as const

export function publicCase(record: PublicRecord, clock: CaseClock): PublicCase {
  const text = (column: keyof typeof caseColumns) =>
    record.fields.find(({ name }) => name === caseColumns[column])?.value ?? null
  return {
    documentNo: record.documentNo,
    name: record.name,
    uscc: record.uscc,
    legalRepresentative: text('legalRepresentative'),
    violation: text('violation'),
    facts: text('facts'),
    penaltyKinds: text('penaltyKinds'),
    basis: text('basis'),
    penalty: text('penalty'),
    fine: text('fine'),
    confiscated: text('confiscated'),
    validUntil: text('validUntil'),
    organ: text('organ') ?? record.source.name,
    decidedOn: record.day,
    publication: clock,
    publicationEndsOn: record.publicationEndsOn,
    disputedSince: record.disputedSince,
    correctedOn: record.correctedOn,
  }
}

/** Published on the day on which the exchange had it: it is shown from then on. */
export function caseClockOf(
  rules: DeadlineRules,
  since: LegalDay,
  { decidedOn, publishedOn }: { decidedOn: LegalDay; publishedOn: LegalDay },
): CaseClock {
  const due = decidedOn < since ? null : dueOf(rules, caseClock, decidedOn)
  if (!due) return { dueOn: null, publishedOn, status: 'BACKLOG', provisional: false }
  const { day: dueOn, provisional } = due.on
  return { dueOn, publishedOn, status: publishedOn > dueOn ? 'LATE' : 'ON_TIME', provisional }
}

/**
 * Until when it is published, by what is public itself: whether it was corrected is mostly not, and the end must not tell
 * it. `asIfCorrected`: the same publication where that is left out.
 */
export function publicationEndsOn(
  sheet: PublicSheet,
  publication: Publication | null,
  asIfCorrected: Publication | null,
  day: LegalDay,
): LegalDay | null {
  const until = (sheet.correctedIsPublic ? publication : asIfCorrected)?.until ?? null
  return until !== null && until < day ? null : until
}
