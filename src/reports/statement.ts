import type { LegalDay } from '../kernel/clock.ts'

/**
 * What an issued document says, as the exchange signs it (typ `document+jwt`): the PDF only shows it. Member names are those
 * of the signed JSON, moments ISO 8601 in UTC, days of Asia/Shanghai. Pure.
 */

export const documentKinds = ['SEARCH_CERTIFICATE', 'CREDIT_REPORT'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** PUBLIC: only what is public (公开公示). DEPARTMENT: what the asking department may see. */
export const editions = ['PUBLIC', 'DEPARTMENT'] as const
export type Edition = (typeof editions)[number]

/** Who is meant. A certificate number of a person is never told whole. */
export type StatedSubject = {
  kind: 'ORGANISATION' | 'PERSON'
  name: string | null
  /** ASKED: no record bears the name out; the asker gave it. */
  name_from: 'RECORDS' | 'ASKED'
  uscc: string | null
  /** Of a person, the last characters of the certificate number. */
  number_ends: string | null
}

export type Party = { code: string; name: string }

/** Whoever asks on the website: nobody is asked who they are. */
export const anybody: Party = { code: 'PUBLIC', name: '社会公众' }

/** What every document says of its own making. */
export type Issuance = {
  v: 1
  iss: string
  iat: number
  serial: string
  verify_at: string
  issued_at: string
  asked_by: Party
  purpose: string
  data_version: number
  as_of: LegalDay
}

export type StatedListing = {
  list: string
  list_code: string
  nature: string
  /** Null: not disclosed by this edition. */
  grade: string | null
  determined_by: string
  /** Null: not disclosed to the asker. */
  decision_no: string | null
  listed_on: LegalDay
  ends_on: LegalDay | null
  disputed_since: LegalDay | null
}

export type StatedMeasure = { code: string; name: string; class: string; legal_basis: string[] }

/** A dataset that the asker may see, so one that was looked through. */
export type CoveredDataset = {
  code: string
  name: string
  provided_by: string
  /** The list that it feeds; null: none. */
  list: string | null
  /** Records of the subject in it that stand. */
  records: number
}

/**
 * LISTED: in force on a list of dishonesty or attention. NOT_LISTED: on none, though records mention it. NO_RECORD: nothing
 * mentions it.
 */
export const searchOutcomes = ['LISTED', 'NOT_LISTED', 'NO_RECORD'] as const
export type SearchOutcome = (typeof searchOutcomes)[number]

export type SearchStatement = Issuance & {
  kind: 'SEARCH_CERTIFICATE'
  subject: StatedSubject
  outcome: SearchOutcome
  matter: string | null
  listings: StatedListing[]
  measures: StatedMeasure[]
  datasets: CoveredDataset[]
  remarks: string[]
}

/** `value` as people read it, in the unit that the label names. */
export type StatedField = { name: string; label: string; value: string }

export type StatedRecord = {
  recorded_at: string
  listing: StatedListing | null
  /** 异议标注. */
  disputed_since: LegalDay | null
  /** Null: no rule publishes it. Else the last day, null: as long as it is listed. */
  publication: { published: boolean; until: LegalDay | null } | null
  fields: StatedField[]
}

/** In the order of the report. */
export const reportGroups = [
  'BASIC',
  'LICENCE',
  'PENALTY',
  'TRUSTWORTHY',
  'ATTENTION',
  'DISHONESTY',
  'PLEDGE',
  'OTHER',
] as const
export type ReportGroup = (typeof reportGroups)[number]

export type ReportSection = {
  group: ReportGroup
  dataset: string
  name: string
  provided_by: string
  /** Records that belong here; of them the latest `records.length` are shown. */
  total: number
  records: StatedRecord[]
}

/** Who asked about the subject (河南省社会信用条例 art. 40): entries of the evidence log, latest first. */
export type StatedEnquiries = {
  total: number
  entries: { at: string; department: string; purpose: string | null }[]
}

export type ReportStatement = Issuance & {
  kind: 'CREDIT_REPORT'
  edition: Edition
  subject: StatedSubject
  sections: ReportSection[]
  /** Null: a report that anybody may have does not tell who asked. */
  enquiries: StatedEnquiries | null
  /** The most records that one dataset shows, and that were looked through of the subject. */
  limits: { records_shown: number; records_considered: number; considered_all: boolean }
}

export type Statement = SearchStatement | ReportStatement

/** What a document shows, by which it is told later whether it still stands. */
export type Shown = {
  listings: number[]
  records: { id: number; version: number; published: boolean }[]
}
