/** Answers of the persisted operations in schema/public/operations, as schema/public.graphql types them. */

export type Variables = Readonly<Record<string, string | number | boolean | null>>

export type ListNature = 'SERIOUS_DISHONESTY' | 'JOINT_PUNISHMENT' | 'TRUSTWORTHY' | 'KEY_ATTENTION'
export type RecordKind = 'REGISTRATION' | 'LICENCE' | 'PENALTY' | 'LIST'
export type SubjectGroup = 'LICENCES' | 'PENALTIES' | 'TRUSTWORTHY' | 'KEY_ATTENTION' | 'SERIOUS_DISHONESTY'

export type Line = {
  kind: RecordKind
  listType: string | null
  uscc: string | null
  name: string
  documentNo: string | null
  day: string
  source: { name: string }
  updatedOn: string
}

export type Field = { name: string; label: string; labelEn: string; unit: string | null; value: string }

/** A record with all its public columns. */
export type Whole = {
  reference: string
  kind: RecordKind
  dataset: string
  datasetName: string
  listType: string | null
  name: string
  documentNo: string | null
  day: string
  endsOn: string | null
  source: { code: string; name: string }
  updatedOn: string
  publicationEndsOn: string | null
  disputedSince: string | null
  correctedOn: string | null
  fields: Field[]
}

export type PublicityEntry = Omit<
  Whole,
  'reference' | 'kind' | 'dataset' | 'datasetName' | 'listType' | 'endsOn' | 'source'
> & {
  uscc: string | null
  source: { name: string }
}

export type ListEntry = {
  listType: string | null
  uscc: string | null
  name: string
  documentNo: string | null
  day: string
  endsOn: string | null
  source: { name: string }
  updatedOn: string
  publicationEndsOn: string | null
  disputedSince: string | null
}

export type Case = {
  documentNo: string | null
  name: string
  uscc: string | null
  legalRepresentative: string | null
  violation: string | null
  facts: string | null
  penaltyKinds: string | null
  basis: string | null
  penalty: string | null
  fine: string | null
  confiscated: string | null
  validUntil: string | null
  organ: string
  decidedOn: string
  publication: {
    dueOn: string | null
    publishedOn: string
    status: 'ON_TIME' | 'LATE' | 'BACKLOG'
    provisional: boolean
  }
  publicationEndsOn: string | null
  disputedSince: string | null
  correctedOn: string | null
}

export type Found = {
  uscc: string
  name: string
  adverse: number
  trustworthy: number
  penalties: number
  licences: number
}

export type Rows<T> = {
  edges: { node: T }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}
export type CountedRows<T> = Rows<T> & { totalCount: number }

export type ListType = {
  code: string
  name: string
  nature: ListNature
  field: string
  scope: string
  basis: string[]
  determinedBy: string
  termMonths: number | null
  earlyExitMonths: number | null
  entries: number
}

export type Division = { code: string; name: string }

export type Measure = {
  code: string
  name: string
  content: string
  class: string
  target: string
  reducesRights: boolean
  legalBasis: string[]
  departmentKinds: string[]
  matters: string[]
  triggers: { listType: string; listTypeName: string; grades: string[] | null }[]
  effectiveFrom: string
  effectiveTo: string | null
}

export type Department = {
  code: string
  name: string
  kind: string
  division: string
  divisionName: string
  successor: string | null
  datasets: {
    code: string
    name: string
    nameEn: string
    nature: string
    coverage: string
    updateCycle: string
    legalBasis: string[]
    listType: string | null
    fields: Omit<Field, 'value'>[]
  }[]
}

export type PersonEntry = {
  kind: RecordKind
  listType: string | null
  documentNo: string | null
  day: string
  endsOn: string | null
  source: { code: string; name: string }
  facts: string | null
  decision: string | null
  updatedOn: string
  publicationEndsOn: string | null
  disputedSince: string | null
  correctedOn: string | null
  nameBasis: string
}

export type RemedyKind = 'OBJECTION' | 'REPAIR'

export type RemedyClock = {
  code: string
  name: string
  days: number
  unit: string
  legalBasis: string[]
}

export type RemedyEventType =
  | 'RECEIVED'
  | 'ACCEPTED'
  | 'REFUSED'
  | 'SENT_TO_PROVIDER'
  | 'ANSWERED'
  | 'INSPECTION_BEGAN'
  | 'INSPECTION_ENDED'
  | 'UPHELD'
  | 'REJECTED'
  | 'GRANTED'
  | 'DENIED'
  | 'WITHDRAWN'
  | 'ESCALATED'

export type RemedyProgress = {
  kind: RemedyKind
  phase: string
  openedOn: string
  closedOn: string | null
  present: {
    name: string
    owedBy: string | null
    dueOn: string | null
    provisional: boolean
    overdue: boolean
    legalBasis: string[]
  } | null
  history: { type: RemedyEventType; on: string; by: string | null; reasons: string | null }[]
}

export type Tally = {
  licences: number
  penalties: number
  cases: number
  adverse: number
  trustworthy: number
}

export type Statistics = {
  asOf: string
  byMonth: { month: string; counts: Tally }[]
  byDivision: { division: string; name: string | null; counts: Tally }[]
  byField: { field: string; nature: ListNature; entries: number }[]
  timeliness: {
    department: string
    departmentName: string
    dataset: string
    datasetName: string
    rule: string
    received: number
    onTime: number
    late: number
    backlog: number
    medianDays: number
  }[]
}

export type OpenDataFile = { file: string; format: string; rows: number; bytes: number; sha256: string }

export type DisputableRecord = {
  kind: RecordKind
  name: string
  datasetName: string
  documentNo: string | null
  day: string
  source: { name: string }
}

export type Answers = {
  Statistics: { statistics: Statistics }
  OpenData: { openData: { day: string; dataVersion: number; files: OpenDataFile[] } | null }
  RemedyClocks: { remedyClocks: { kind: RemedyKind; clocks: RemedyClock[] }[] }
  RemedyProgress: { remedyProgress: RemedyProgress | null }
  DisputableRecord: { record: DisputableRecord | null }
  ApplyForRemedy: { applyForRemedy: { code: string; kind: RemedyKind; openedOn: string } }
  Frame: { divisions: Division[]; departments: { division: string }[] }
  Home: {
    home: {
      version: { dataVersion: number; day: string }
      counters: {
        organisations: number
        licences: number
        penalties: number
        cases: number
        listed: { nature: ListNature; entries: number }[]
        departments: number
        datasets: number
      }
      latestPenalties: Line[]
      latestLicences: Line[]
      latestListed: Line[]
    }
  }
  Search: { searchSubjects: CountedRows<Found> }
  Subject: {
    subject: {
      uscc: string
      name: string
      updatedOn: string
      basic: Whole[]
      counts: { group: SubjectGroup; records: number }[]
      licences: Rows<Whole>
      penalties: Rows<Whole>
      trustworthy: Rows<Whole>
      keyAttention: Rows<Whole>
      seriousDishonesty: Rows<Whole>
    } | null
  }
  SubjectRecords: { subject: { records: CountedRows<Whole> } | null }
  Lists: { lists: ListType[]; divisions: Division[] }
  ListEntries: { listEntries: CountedRows<ListEntry> }
  DoublePublicity: { doublePublicity: CountedRows<PublicityEntry> }
  Cases: {
    cases: CountedRows<Case>
    caseRules: {
      contents: string[]
      exceptions: string[]
      days: number | null
      unit: string | null
      legalBasis: string[]
    }
  }
  Measures: { measures: Measure[] }
  Departments: { departments: Department[] }
  CreditCode: {
    checkCreditCode: {
      status: 'VALID' | 'CHECKSUM_MISMATCH' | 'MALFORMED'
      code: string | null
      rule: string | null
      suggestion: string | null
      warnings: string[]
      parts: {
        from: number
        to: number
        name: string
        nameEn: string
        value: string
        meaning: string | null
      }[]
    }
  }
  PersonEntries: { personEntries: { asOf: string; entries: PersonEntry[] } }
}
