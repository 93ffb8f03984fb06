import { mkdirSync, writeFileSync } from 'node:fs'
import { addMonths } from '../../src/kernel/clock.ts'
import {
  checkIdentifier,
  type IdentifierScheme,
  organisationCheckCharacter,
  usccCheckCharacter,
} from '../../src/subjects/identifiers.ts'
import {
  abnormalOperations,
  aicPenalties,
  jointPunishment,
  type ListedCase,
  type PenaltyCase,
  pbocPenalties,
  qualityDishonest,
  qualityTrustworthy,
  seriousDishonesty,
} from './cases.ts'
import city from './city.json' with { type: 'json' }
import { type Enterprise, enterprises, persons } from './enterprises.ts'

/**
 * Writes the records of the demo city: `node prisma/demo-city/generate.ts`. Everything is invented and follows from
 * `enterprises.ts` and `cases.ts` alone, so that running it again writes the same bytes.
 */

type DemoRow = Record<string, string>
type DatasetCode = keyof ReturnType<typeof demoRecords>

/** Penalties decided six months or more before this day are final: the term for a suit is over. */
const FINAL_BEFORE = '2026-05-24'
const LONG_TERM = '2099-12-31'

export function demoRecords() {
  const [numberAic, numberPboc, numberJoint] = [numbering(), numbering(), numbering()]
  const [numberSerious, numberAbnormal] = [numbering(), numbering()]
  const [numberDishonest, numberTrustworthy] = [numbering(), numbering()]
  return {
    AIC_REGISTRATION: enterprises.map(registration),
    AIC_PENALTIES: byDay(aicPenalties).flatMap((entry) =>
      penalties(entry, 'AIC', `汝工商处罚${numberAic(entry.on)}`),
    ),
    AIC_SERIOUS_DISHONESTY: byDay(seriousDishonesty).map((entry) => ({
      ...removable(entry, 'AIC', `汝工商严字${numberSerious(entry.on)}`),
      ...(entry.exit ? { removalReason: entry.exit } : {}),
    })),
    AIC_ABNORMAL_OPERATIONS: byDay(abnormalOperations).map((entry) => {
      const { noticedOn: _, ...row } = removable(entry, 'AIC', `汝工商异字${numberAbnormal(entry.on)}`)
      return { ...row, ground: entry.about, ...(entry.exit ? { removalReason: entry.exit } : {}) }
    }),
    NDRC_JOINT_PUNISHMENT: byDay(jointPunishment).map((entry) => ({
      ...listing(entry, 'NDRC', `汝信惩${numberJoint(entry.on)}`),
      subjectKind: categoryOf(entry.to),
      field: entry.about,
      grade: entry.grade ?? '一般',
    })),
    PBOC_PENALTIES: byDay(pbocPenalties).flatMap((entry) =>
      penalties(entry, 'PBOC', `汝银罚决字${numberPboc(entry.on)}`).map((row) => ({
        ...row,
        businessArea: entry.penalty.area ?? '支付结算',
      })),
    ),
    QTS_DISHONEST: byDay(qualityDishonest).map((entry) => ({
      ...listing(entry, 'QTS', `汝质监失信${numberDishonest(entry.on)}`),
      product: entry.about,
      grade: entry.grade ?? '一般',
      qualityGrade: entry.grade === '严重' ? 'D' : 'C',
    })),
    QTS_TRUSTWORTHY: byDay(qualityTrustworthy).map((entry) => {
      const { noticedOn, ...row } = listing(entry, 'QTS', `汝质监守信${numberTrustworthy(entry.on)}`)
      return { ...row, product: entry.about, qualityGrade: 'A', publicisedOn: noticedOn ?? entry.on }
    }),
  } satisfies Record<string, DemoRow[]>
}

export function ndjson(rows: readonly DemoRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

function registration(enterprise: Enterprise): DemoRow {
  const position = enterprises.indexOf(enterprise)
  const { former, division, establishedOn } = enterprise
  const divisionName = city.divisions.find((entry) => entry.code === division)?.name ?? ''
  const place = divisionName === '汝宁市' ? divisionName : `汝宁市${divisionName}`
  return {
    name: enterprise.name,
    uscc: usccOf(enterprise),
    registrationNo: registrationNoOf(enterprise),
    organisationCode: usccOf(enterprise).slice(8, 17),
    entityType: enterprise.kind === '企业' ? '有限责任公司' : enterprise.kind,
    status: enterprise.status,
    establishedOn,
    approvedOn: former?.renamedOn ?? establishedOn,
    operatesUntil: LONG_TERM,
    ...(former ? { formerNames: former.name } : {}),
    legalRepresentative: representativeOf(enterprise),
    ...(enterprise.kind === '个体工商户' ? {} : { registeredCapital: String(50 * (1 + (position % 9))) }),
    address: `${place}虚拟路${10 + position}号`,
    city: '汝宁',
    registrar: departmentOf('AIC').name,
  }
}

function penalties(entry: PenaltyCase, department: string, documentNo: string): DemoRow[] {
  const { on, penalty } = entry
  const authority = departmentOf(department)
  return entry.to.map((key) => {
    const enterprise = findEnterprise(key)
    const category = categoryOf(key)
    const publishedMonths = penalty.licence ? 36 : penalty.kinds === '警告' ? null : 12
    return {
      CF_XDR_MC: enterprise ? nameOn(enterprise, on) : key,
      CF_XDR_LB: category,
      ...(enterprise
        ? { CF_XDR_SHXYM: usccOf(enterprise), CF_XDR_GSZC: registrationNoOf(enterprise) }
        : { CF_XDR_ZJLX: '身份证', CF_XDR_ZJHM: identityNumberOf(key), minorRemedied: '否' }),
      ...(enterprise?.kind === '个体工商户' || !enterprise ? {} : { CF_FRDB: representativeOf(enterprise) }),
      CF_WSH: documentNo,
      CF_WFXW: penalty.violation,
      CF_SY: `经查，当事人${penalty.facts}`,
      CF_YJ: penalty.basis,
      CF_CFLB: penalty.kinds,
      CF_NR: penalty.content,
      ...(penalty.fine ? { CF_NR_FK: penalty.fine } : {}),
      ...(penalty.confiscated ? { CF_NR_WFFF: penalty.confiscated } : {}),
      ...(penalty.licence ? { CF_NR_ZKDX: penalty.licence } : {}),
      CF_JDRQ: on,
      CF_YXQ: penalty.licence ? LONG_TERM : addMonths(on, 12),
      ...(publishedMonths === null ? {} : { CF_GSJZQ: addMonths(on, publishedMonths) }),
      CF_CFJG: authority.name,
      CF_CFJGDM: authority.uscc,
      CF_SJLY: authority.name,
      CF_SJLYDM: authority.uscc,
      procedure: '普通程序',
      ...(on < FINAL_BEFORE ? { finalOn: addMonths(on, 6) } : {}),
    }
  })
}

/** A list that subjects are removed from: what ends a case there is the day of removal. */
function removable(entry: ListedCase, department: string, decisionNo: string): DemoRow {
  const { endsOn, ...row } = listing(entry, department, decisionNo)
  return endsOn === undefined ? row : { ...row, removedOn: endsOn }
}

/** The columns that all lists share. */
function listing(entry: ListedCase, department: string, documentNo: string): DemoRow {
  const enterprise = findEnterprise(entry.to)
  return {
    name: enterprise ? nameOn(enterprise, entry.on) : entry.to,
    ...(enterprise
      ? { uscc: usccOf(enterprise), legalRepresentative: representativeOf(enterprise) }
      : { certificateKind: '身份证', certificateNo: identityNumberOf(entry.to) }),
    reason: entry.reason,
    decisionNo: documentNo,
    authority: departmentOf(department).name,
    noticedOn: addMonths(entry.on, -1),
    listedOn: entry.on,
    ...(entry.endsOn ? { endsOn: entry.endsOn } : {}),
  }
}

function byDay<T extends { on: string }>(entries: readonly T[]): T[] {
  return entries.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
}

/** Documents are numbered from 1 in each year: 〔2026〕3号. */
function numbering(): (day: string) => string {
  const last = new Map<string, number>()
  return (day) => {
    const year = day.slice(0, 4)
    const number = (last.get(year) ?? 0) + 1
    last.set(year, number)
    return `〔${year}〕${number}号`
  }
}

function findEnterprise(key: string): Enterprise | undefined {
  return enterprises.find((enterprise) => enterprise.key === key)
}

function categoryOf(key: string): string {
  const kind = findEnterprise(key)?.kind
  if (kind === undefined) return '自然人'
  return kind === '个体工商户' ? kind : '法人及非法人组织'
}

function nameOn({ name, former }: Enterprise, day: string): string {
  return former && day < former.renamedOn ? former.name : name
}

function departmentOf(code: string) {
  const department = city.departments.find((entry) => entry.code === code)
  if (!department) throw new RangeError(`city.json has no department ${code}`)
  return department
}

const surnames = ['赵', '钱', '孙', '李', '冯', '陈', '褚', '卫', '蒋']
const givenNames = ['示例', '样本', '演示', '拟名', '虚构', '假设', '范例']

function representativeOf(enterprise: Enterprise): string {
  const position = enterprises.indexOf(enterprise)
  return `${surnames[position % surnames.length]}${givenNames[position % givenNames.length]}`
}

const categoryCodes = { 企业: '91', 个体工商户: '92', 农民专业合作社: '93' }

function usccOf(enterprise: Enterprise): string {
  const serial = String(enterprises.indexOf(enterprise) + 1).padStart(3, '0')
  const body = `MADEM${serial}`
  const code = `${categoryCodes[enterprise.kind]}${enterprise.division}${body}${organisationCheckCharacter(body)}`
  return code + usccCheckCharacter(code)
}

function registrationNoOf(enterprise: Enterprise): string {
  const sequence = (enterprise.kind === '个体工商户' ? 60_000_000 : 0) + enterprises.indexOf(enterprise) + 1
  return withCheckCharacter(
    'REGISTRATION_NUMBER',
    `${enterprise.division}${String(sequence).padStart(8, '0')}`,
  )
}

function identityNumberOf(name: string): string {
  const person = persons.find((entry) => entry.name === name)
  if (!person) throw new RangeError(`neither an enterprise nor a person: ${name}`)
  return withCheckCharacter('RESIDENT_ID', person.idBody)
}

function withCheckCharacter(scheme: IdentifierScheme, body: string): string {
  const check = checkIdentifier(scheme, `${body}0`)
  if (check.status === 'malformed') throw new RangeError(`${body} is not the body of a ${scheme}`)
  return check.status === 'valid' ? check.value : `${body}${check.expected}`
}

function write(records: Record<DatasetCode, DemoRow[]>): void {
  const folder = new URL('records/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  for (const [code, rows] of Object.entries(records)) {
    writeFileSync(new URL(`${code}.ndjson`, folder), ndjson(rows))
  }
}

if (import.meta.main) write(demoRecords())
