import { readdirSync, readFileSync } from 'node:fs'
import { isObjectType, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { publicSchema } from '../../schema/public/schema.ts'

/** Everything that anybody may ask for. Whoever adds to it says so here. */
const allowed: Record<string, string> = {
  Case: 'basis confiscated correctedOn decidedOn disputedSince documentNo facts fine legalRepresentative name organ penalty penaltyKinds publication publicationEndsOn uscc validUntil violation',
  CaseConnection: 'edges pageInfo totalCount',
  CaseEdge: 'cursor node',
  CasePublication: 'dueOn provisional publishedOn status',
  CaseRules: 'contents days exceptions legalBasis unit',
  Counters: 'cases datasets departments licences listed organisations penalties',
  CreditCodeCheck: 'code parts rule status suggestion warnings',
  CreditCodePart: 'from meaning name nameEn to value',
  Dataset: 'code coverage department fields legalBasis listType name nameEn nature updateCycle',
  DatasetField: 'label labelEn name unit',
  Department: 'code datasets division divisionName kind name successor',
  Division: 'code name',
  DivisionStatistics: 'counts division name',
  FieldStatistics: 'entries field nature',
  FoundSubject: 'adverse licences name penalties trustworthy uscc',
  FoundSubjectConnection: 'edges pageInfo totalCount',
  FoundSubjectEdge: 'cursor node',
  GroupCount: 'group records',
  Home: 'counters latestLicences latestListed latestPenalties version',
  List: 'basis code determinedBy earlyExitMonths entries field name nature scope termMonths',
  Measure:
    'class code content departmentKinds effectiveFrom effectiveTo legalBasis matters name reducesRights target triggers',
  MeasureTrigger: 'grades listType listTypeName',
  MonthStatistics: 'counts month',
  Mutation: 'applyForRemedy',
  NatureCount: 'entries nature',
  OpenData: 'dataVersion day files',
  OpenDataFile: 'bytes file format rows sha256',
  PageInfo: 'endCursor hasNextPage hasPreviousPage startCursor',
  PersonEntries: 'asOf entries',
  PersonEntry:
    'correctedOn day decision disputedSince documentNo endsOn facts kind listType nameBasis publicationEndsOn source updatedOn',
  Query:
    'caseRules cases checkCreditCode datasets departments divisions doublePublicity home listEntries lists measures openData personEntries record remedyClocks remedyProgress searchSubjects statistics subject',
  Record:
    'correctedOn dataset datasetName day disputedSince documentNo endsOn fields kind listType name publicationEndsOn reference source updatedOn uscc',
  RecordConnection: 'edges pageInfo totalCount',
  RecordEdge: 'cursor node',
  RecordField: 'label labelEn name unit value',
  RemedyClock: 'code days legalBasis name unit',
  RemedyClocks: 'clocks kind',
  RemedyEvent: 'by on reasons type',
  RemedyProgress: 'closedOn history kind openedOn phase present',
  RemedyReceipt: 'code kind openedOn',
  RemedyStep: 'dueOn legalBasis name overdue owedBy provisional',
  Source: 'code name',
  Statistics: 'asOf byDivision byField byMonth timeliness',
  Subject: 'basic counts name records updatedOn uscc',
  Tally: 'adverse cases licences penalties trustworthy',
  Timeliness: 'backlog dataset datasetName department departmentName late medianDays onTime received rule',
  Version: 'dataVersion day',
}

const schema = publicSchema()

describe('the public schema', () => {
  it('holds what is named here, and nothing else', () => {
    const built = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) && !type.name.startsWith('__')
        ? [[type.name, Object.keys(type.getFields()).sort().join(' ')]]
        : [],
    )
    expect(Object.fromEntries(built)).toEqual(allowed)
  })

  it('takes applications and else only reads, and has no way to an object by its number', () => {
    expect(Object.keys(schema.getMutationType()?.getFields() ?? {})).toEqual(['applyForRemedy'])
    expect(schema.getSubscriptionType()).toBeUndefined()
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).not.toEqual(
      expect.arrayContaining(['node', 'nodes']),
    )
    const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type))
    expect(
      types.flatMap((type) => Object.keys(type.getFields())).filter((name) => /^id$|Id$/.test(name)),
    ).toEqual([])
  })

  it('answers every operation of the site', () => {
    const folder = new URL('../../schema/public/operations/', import.meta.url)
    for (const file of readdirSync(folder)) {
      const document = parse(readFileSync(new URL(file, folder), 'utf8'))
      expect([file, validate(schema, document)]).toEqual([file, []])
    }
  })
})
