import type { CatalogueListType } from '../catalogue/catalogue.ts'
import { earlyExitOn, type ListRule } from '../catalogue/list-rules.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Publication } from './publication.ts'

/**
 * The notice of repair (信用修复告知书) that goes with the decision to list (两书同达, 国办发〔2025〕22号): how the subject may
 * object and be repaired, from when, by whom, by which article. Pure.
 */

export type NoticedListing = {
  /** Null: not listed yet. */
  listedOn: LegalDay | null
  endsOn: LegalDay | null
  /** Null where it is not disclosed to whoever reads. */
  decisionNo: string | null
  determinedBy: { name: string }
}

type Text = { zh: string; en: string }

export function repairNotice(
  listType: Pick<CatalogueListType, 'name' | 'nature'>,
  rule: ListRule | null,
  listing: NoticedListing,
  publication: Pick<Publication, 'earliestRepairOn' | 'legalBasis'> | null,
): string {
  const parts = [
    heading(listType, listing),
    objection(listing),
    listType.nature === 'TRUSTWORTHY' ? noRepair : repair(rule, listing, publication),
  ]
  const write = (language: keyof Text) => parts.map((part) => part[language]).join('\n')
  return `${write('zh')}\n\n${write('en')}`
}

function heading(
  { name }: Pick<CatalogueListType, 'name'>,
  { listedOn, endsOn, decisionNo }: NoticedListing,
): Text {
  const number = decisionNo ? { zh: `（${decisionNo}）`, en: ` (${decisionNo})` } : { zh: '', en: '' }
  if (listedOn === null) {
    return {
      zh: `信用修复告知书\n拟列入“${name}”${number.zh}。`,
      en: `Notice of repair\nTo be listed: ${name}${number.en}.`,
    }
  }
  const end =
    endsOn === null
      ? { zh: '至移出为止', en: 'until removal' }
      : { zh: `至${chineseDay(endsOn)}`, en: `to ${endsOn}` }
  return {
    zh: `信用修复告知书\n列入“${name}”${number.zh}，自${chineseDay(listedOn)}起，${end.zh}。`,
    en: `Notice of repair\nListed: ${name}${number.en}, from ${listedOn} ${end.en}.`,
  }
}

function objection({ determinedBy }: NoticedListing): Text {
  return {
    zh: `异议：认为列入有误的，可以向${determinedBy.name}或者本平台提出，核实期间予以标注（河南省社会信用条例第四十一条）。`,
    en: `Objection: with ${determinedBy.name} or with the exchange; the listing is marked as disputed meanwhile (Henan Regulations on Social Credit, art. 41).`,
  }
}

const noRepair: Text = {
  zh: '修复：守信名单，不适用信用修复。',
  en: 'Repair: a list of the trustworthy; there is nothing to repair.',
}

function repair(
  rule: ListRule | null,
  { listedOn, endsOn, determinedBy }: NoticedListing,
  publication: Pick<Publication, 'earliestRepairOn' | 'legalBasis'> | null,
): Text {
  const earliest = publication?.earliestRepairOn ?? (listedOn === null ? null : earlyExitOn(rule, listedOn))
  const basis = cited([...(publication?.legalBasis ?? []), ...(rule?.legalBasis ?? [])])
  const how = {
    zh: `纠正失信行为、履行全部义务并作出信用承诺，通过“信用中国”网站或者向${determinedBy.name}申请，由${determinedBy.name}决定（谁认定、谁修复）；准予修复的，终止公示、停止共享使用、解除惩戒措施`,
    en: `by whoever has corrected the act, performed all duties and pledged credit, through Credit China or with ${determinedBy.name}, which decides; publication, sharing and measures then end`,
  }
  const when = whenToApply(earliest, endsOn)
  return {
    zh: `修复：${when.zh}${how.zh}（${[...basis, '河南省社会信用条例第四十三条'].join('；')}）。`,
    en: `Repair: ${when.en}${how.en} (NDRC order 36 of 2025; Henan Regulations on Social Credit, art. 43).`,
  }
}

function whenToApply(earliest: LegalDay | null, endsOn: LegalDay | null): Text {
  if (earliest === null) return { zh: '', en: '' }
  // Removal by the end of the term needs no application, and comes first.
  if (endsOn !== null && endsOn < earliest) {
    return {
      zh: `${chineseDay(endsOn)}期满即移出，无须申请；规定另许提前的，`,
      en: `the term ends with ${endsOn}, before repair is possible, and needs no application; where earlier repair is allowed, `,
    }
  }
  return { zh: `最早自${chineseDay(earliest)}起，`, en: `from ${earliest} at the earliest, ` }
}

/** What is not checked against the original, and notes for the catalogue, are not told to a subject as law. */
const cited = (legalBasis: readonly string[]): string[] => [
  ...new Set(legalBasis.filter((text) => !/^(待核实|说明)：/.test(text))),
]

const chineseDay = (day: LegalDay): string =>
  `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`
