import { describe, expect, it } from 'vitest'
import type { ListRule } from '../../../src/catalogue/list-rules.ts'
import { type NoticedListing, repairNotice } from '../../../src/publication/repair-notice.ts'

const listType = { name: '市场监督管理严重违法失信名单', nature: 'SERIOUS_DISHONESTY' } as const
const rule: ListRule = {
  effectiveFrom: '2021-09-01',
  effectiveTo: null,
  termMonths: 36,
  earlyExitMonths: 12,
  objectionClock: null,
  responseClock: null,
  feedbackClock: null,
  legalBasis: ['某办法第九条', '待核实：条文序号', '说明：内部说明'],
}
const listing: NoticedListing = {
  listedOn: '2026-04-01',
  endsOn: '2029-04-01',
  decisionNo: '汝工商严字〔2026〕1号',
  determinedBy: { name: '汝宁市工商行政管理局' },
}
const publication = { earliestRepairOn: '2027-04-02', legalBasis: ['信用修复管理办法第七条'] }

describe('the notice of repair', () => {
  it('tells how to object and to be repaired, from when, by whom, by which article', () => {
    expect(repairNotice(listType, rule, listing, publication)).toMatchInlineSnapshot(`
      "信用修复告知书
      列入“市场监督管理严重违法失信名单”（汝工商严字〔2026〕1号），自2026年4月1日起，至2029年4月1日。
      异议：认为列入有误的，可以向汝宁市工商行政管理局或者本平台提出，核实期间予以标注（河南省社会信用条例第四十一条）。
      修复：最早自2027年4月2日起，纠正失信行为、履行全部义务并作出信用承诺，通过“信用中国”网站或者向汝宁市工商行政管理局申请，由汝宁市工商行政管理局决定（谁认定、谁修复）；准予修复的，终止公示、停止共享使用、解除惩戒措施（信用修复管理办法第七条；某办法第九条；河南省社会信用条例第四十三条）。

      Notice of repair
      Listed: 市场监督管理严重违法失信名单 (汝工商严字〔2026〕1号), from 2026-04-01 to 2029-04-01.
      Objection: with 汝宁市工商行政管理局 or with the exchange; the listing is marked as disputed meanwhile (Henan Regulations on Social Credit, art. 41).
      Repair: from 2027-04-02 at the earliest, by whoever has corrected the act, performed all duties and pledged credit, through Credit China or with 汝宁市工商行政管理局, which decides; publication, sharing and measures then end (NDRC order 36 of 2025; Henan Regulations on Social Credit, art. 43)."
    `)
  })

  it('cites nothing that was not checked', () => {
    expect(repairNotice(listType, rule, listing, publication)).not.toMatch(/待核实|内部说明/)
  })

  it.each<[string, ListRule | null, NoticedListing, typeof publication | null, string]>([
    ['the day of the list alone', rule, listing, null, '最早自2027年4月2日起'],
    ['until removal', rule, { ...listing, endsOn: null }, publication, '自2026年4月1日起，至移出为止'],
    [
      'the end of a term that comes first',
      rule,
      { ...listing, endsOn: '2026-10-01' },
      publication,
      '2026年10月1日期满即移出，无须申请',
    ],
    [
      'what is only proposed',
      null,
      { ...listing, listedOn: null, endsOn: null },
      null,
      '拟列入“市场监督管理严重违法失信名单”',
    ],
    [
      'without a number that is not disclosed',
      rule,
      { ...listing, decisionNo: null },
      publication,
      '列入“市场监督管理严重违法失信名单”，自',
    ],
  ])('tells %s', (_what, by, of, at, text) => {
    expect(repairNotice(listType, by, of, at)).toContain(text)
  })

  it('names no day where no rule tells one', () => {
    const notice = repairNotice(listType, null, listing, null)
    expect(notice).not.toContain('最早')
    expect(notice).toContain('修复：纠正失信行为')
  })

  it('of the trustworthy tells only how to object', () => {
    const notice = repairNotice({ ...listType, nature: 'TRUSTWORTHY' }, rule, listing, null)
    expect(notice).toContain('异议：')
    expect(notice).toContain('不适用信用修复')
    expect(notice).not.toContain('申请')
  })
})
