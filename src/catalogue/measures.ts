import type { LegalDay } from '../kernel/clock.ts'
import { type Dated, rowOn } from './dated-rows.ts'

/** Joint measures (联合惩戒、激励措施), as each stood for a time: whom they bind, and what a decision says. Pure. */

/** Classes of the national list of measures (全国失信惩戒措施基础清单), with incentives and mere hints beside them. */
export const measureClasses = [
  '减损权益或增加义务',
  '管理措施',
  /** By others on their own decision: nobody is made to (国办发〔2020〕49号). */
  '市场自主',
  '守信激励',
  '提示',
] as const
export type MeasureClass = (typeof measureClasses)[number]

/** What is being decided at the counter (办理事项). */
export const businessMatters = [
  'GOVERNMENT_PROCUREMENT',
  'TENDERING',
  'LAND',
  'LICENCE',
  'SUBSIDY',
  'FINANCE',
  'HONOURS',
  'FRANCHISE',
  'APPOINTMENT',
  'CONSUMPTION',
  'SUPERVISION',
  'PUBLICITY',
] as const
export type BusinessMatter = (typeof businessMatters)[number]

export const measureStatuses = ['DRAFT', 'ACTIVE', 'RETIRED'] as const
/** Only ACTIVE binds, as long as its days say. RETIRED was withdrawn altogether: it binds on no day. */
export type MeasureStatus = (typeof measureStatuses)[number]

/** A membership that triggers the measure; grades null: of any grade. */
export type MeasureTrigger = { listType: string; grades: string[] | null }

/** One version of a measure, in force for a time. Versions of one code never overlap, drafts apart. */
export type CatalogueMeasure = Dated & {
  code: string
  name: string
  content: string
  class: MeasureClass
  /** To whom it applies (惩戒对象). */
  target: string
  status: MeasureStatus
  /** It reduces rights or adds duties (减损权益), so only a law or regulation can found it. */
  reducesRights: boolean
  legalBasis: string[]
  /** Kinds of departments that apply it; empty: every department. */
  departmentKinds: string[]
  /** Matters that it binds; empty: all. */
  matters: BusinessMatter[]
  triggers: MeasureTrigger[]
  /** What a department puts into its decision, with places to fill. */
  decisionText: string
  /** Whether feedback must name a document. */
  documentNeeded: boolean
}

/** What of a membership triggers measures. */
export type TriggeringListing = { listType: string; grade: string }

type Measures = { measures: readonly CatalogueMeasure[] }

/** The version of each measure that is in force on the day. */
export function measuresOn({ measures }: Measures, day: LegalDay): CatalogueMeasure[] {
  const active = measures.filter(({ status }) => status === 'ACTIVE')
  return [...Map.groupBy(active, ({ code }) => code).values()].flatMap(
    (versions) => rowOn(versions, day) ?? [],
  )
}

/** All versions of one measure, in the order of their days. */
export function versionsOf({ measures }: Measures, code: string): CatalogueMeasure[] {
  return measures
    .filter((measure) => measure.code === code)
    .toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1))
}

export const isTriggeredBy = (
  { triggers }: Pick<CatalogueMeasure, 'triggers'>,
  { listType, grade }: TriggeringListing,
): boolean =>
  triggers.some((trigger) => trigger.listType === listType && (trigger.grades?.includes(grade) ?? true))

export const bindsKind = ({ departmentKinds }: CatalogueMeasure, kind: string): boolean =>
  departmentKinds.length === 0 || departmentKinds.includes(kind)

export const bindsMatter = ({ matters }: CatalogueMeasure, matter: BusinessMatter | null): boolean =>
  matter === null || matters.length === 0 || matters.includes(matter)

/**
 * The measures that listings in force bring upon a subject, for a department of the kind. Matter null: in all matters.
 * What is not related to the matter at hand does not bind there (相关联).
 */
export function measuresBinding(
  catalogue: Measures,
  departmentKind: string,
  listings: readonly TriggeringListing[],
  matter: BusinessMatter | null,
  day: LegalDay,
): CatalogueMeasure[] {
  if (listings.length === 0) return []
  return measuresOn(catalogue, day).filter(
    (measure) =>
      bindsKind(measure, departmentKind) &&
      bindsMatter(measure, matter) &&
      listings.some((listing) => isTriggeredBy(measure, listing)),
  )
}

/** Places of a decision text that are filled in for the subject. */
export const decisionPlaces = ['主体', '列入情况', '依据'] as const
type DecisionPlace = (typeof decisionPlaces)[number]

export const placesOf = (text: string): string[] =>
  [...text.matchAll(/\{([^{}]*)\}/g)].map(([, place = '']) => place)

/** A membership as a decision names it; the number where the reader may know it. */
export type Ground = { listName: string; determinedBy: string; decisionNo: string | null }

/** The decision text with subject, memberships and basis filled in. */
export function decisionTextFor(
  measure: Pick<CatalogueMeasure, 'decisionText' | 'legalBasis' | 'reducesRights'>,
  subjectName: string,
  grounds: readonly Ground[],
): string {
  const filling: Record<DecisionPlace, string> = {
    主体: subjectName,
    列入情况: grounds.map(groundText).join('、'),
    依据: basisFor(measure).join('、'),
  }
  // In one pass: braces that a name may hold are not filled in turn.
  return measure.decisionText.replace(/\{([^{}]*)\}/g, (whole, place) =>
    isDecisionPlace(place) ? filling[place] : whole,
  )
}

const groundText = ({ listName, determinedBy, decisionNo }: Ground): string =>
  `被${determinedBy}列入${listName}${decisionNo ? `（${decisionNo}）` : ''}`

const isDecisionPlace = (place: string): place is DecisionPlace =>
  decisionPlaces.some((known) => known === place)

/**
 * Where rights are reduced a memorandum may stand in the catalogue, but never in the decision. What an entry explains
 * behind its colon stays in the catalogue too; that an article is unverified (待核实) does not.
 */
function basisFor({
  legalBasis,
  reducesRights,
}: Pick<CatalogueMeasure, 'legalBasis' | 'reducesRights'>): string[] {
  const cited = reducesRights ? legalBasis.filter(citesLaw) : legalBasis
  return cited.map((entry) => entry.split('：')[0] ?? entry)
}

/** How titles of laws and regulations (法律、行政法规、地方性法规) end, and what only looks like one. */
const lawWords = {
  endings: ['法', '法典', '条例'],
  notEndings: ['办法', '做法', '方法', '说法', '用法', '执法', '司法'],
  /** Documents about a law, and rules of the Party, which are no law for others. */
  notWithin: ['备忘录', '意见', '通知', '关于', '中国共产党'],
  /** Of a law that nobody can look up. */
  notTitles: ['本法', '该法', '本条例', '该条例', '上述条例', '实施条例', '暂行条例'],
  drafts: ['草案', '征求意见', '送审', '修订稿'],
  leading: /^(依据|依照|根据|按照)/,
}

/**
 * Whether an entry of a legal basis cites a law or regulation, told by its form: 《…法》, …法第…条, …条例第…条, as the
 * first words of the entry. A memorandum, an opinion or a notice is none, even where it names a law
 * (国办发〔2020〕49号: 备忘录、意见、通知不足以作为减损权益措施的依据).
 */
export function citesLaw(entry: string): boolean {
  const text = entry.replace(/\s/g, '').replace(lawWords.leading, '')
  const title = text.startsWith('《') ? quotedTitle(text) : articleTitle(text)
  if (title === null || lawWords.drafts.some((word) => title.includes(word))) return false
  const name = title.replaceAll(/（[^（）]*）/g, '')
  const isNone =
    lawWords.notWithin.some((word) => name.includes(word)) ||
    lawWords.notEndings.some((word) => name.endsWith(word)) ||
    lawWords.notTitles.includes(name)
  return !isNone && lawWords.endings.some((word) => name.endsWith(word) && name.length > word.length)
}

/** The title within 《》 with what stands behind it in brackets; titles within it stay inside. */
function quotedTitle(text: string): string | null {
  const characters = [...text]
  let depth = 0
  for (const [position, character] of characters.entries()) {
    if (character === '《') depth += 1
    if (character === '》') depth -= 1
    if (depth > 0) continue
    const behind = characters.slice(position + 1).join('')
    return characters.slice(1, position).join('') + (behind.match(/^（[^（）]*）/)?.[0] ?? '')
  }
  return null
}

/** What stands before 第…条: a title and its edition in brackets. */
const articleTitle = (text: string): string | null =>
  text.match(/^([^第《》（）：:；;，,、。]+(?:（[^（）]*）)?)第[一二三四五六七八九十百千零〇\d]+条/)?.[1] ??
  null
