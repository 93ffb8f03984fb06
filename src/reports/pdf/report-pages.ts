import {
  type ReportGroup,
  type ReportSection,
  type ReportStatement,
  reportGroups,
  type StatedRecord,
} from '../statement.ts'
import {
  attachStatement,
  drawFacts,
  drawVerificationCode,
  finishPages,
  proofWords,
} from './document-frame.ts'
import { type Canvas, contentWidth, page, styles } from './page-canvas.ts'
import {
  dayOfMoment,
  editionWords,
  groupWords,
  listingSpan,
  momentText,
  partyText,
  subjectName,
  subjectNumber,
} from './words.ts'

/** The public credit report (公共信用信息报告) on paper: cover, explanation, summary, body. */

const title = '公共信用信息报告 Public credit report'

export async function drawReport(canvas: Canvas, statement: ReportStatement, token: string): Promise<void> {
  await drawCover(canvas, statement)
  canvas.newPage()
  drawExplanation(canvas, statement)
  drawSummary(canvas, statement)
  for (const group of reportGroups) drawGroup(canvas, statement, group)
  drawEnquiries(canvas, statement)
  canvas.heading('声明 Disclaimer')
  for (const words of [...disclaimer, ...proofWords(statement, token)]) canvas.paragraph(words, styles.label)
  finishPages(canvas, statement, title)
  attachStatement(canvas, statement, token)
}

async function drawCover(canvas: Canvas, statement: ReportStatement): Promise<void> {
  const { subject } = statement
  canvas.space(96)
  canvas.paragraph('公共信用信息报告', { ...styles.title, size: 30 }, { align: 'CENTRE' })
  canvas.paragraph('Public credit report', { ...styles.label, size: 13 }, { align: 'CENTRE' })
  canvas.space(10)
  canvas.paragraph(editionWords[statement.edition], styles.label, { align: 'CENTRE' })
  canvas.space(64)
  drawFacts(
    canvas,
    [
      ['主体名称 Subject', subjectName(subject)],
      [
        subject.kind === 'ORGANISATION' ? '统一社会信用代码 USCC' : '证件 Certificate',
        subjectNumber(subject),
      ],
      ['报告编号 Report number', statement.serial],
      ['生成时间 Generated at', momentText(statement.issued_at)],
      ['数据截至 Data cut-off', `第 ${statement.data_version} 版（data version），${statement.as_of}`],
      ['申请单位 Asked by', partyText(statement.asked_by)],
      ['用途 Purpose', statement.purpose],
    ],
    contentWidth,
  )
  await drawVerificationCode(
    canvas,
    statement.verify_at,
    (page.width - 88) / 2,
    page.height - page.bottom - 150,
  )
  const address = statement.verify_at
  canvas.drawText(
    address,
    (page.width - canvas.widthOf(address, styles.small)) / 2,
    page.height - page.bottom - 34,
    styles.small,
  )
}

function drawExplanation(canvas: Canvas, { limits, sections }: ReportStatement): void {
  const considered = limits.considered_all
    ? ''
    : `该主体有效记录超过 ${limits.records_considered} 条，本报告只考察最近的 ${limits.records_considered} 条。`
  canvas.heading('报告说明 Explanation')
  for (const words of [
    `本报告由平台依据各提供单位归集的公共信用信息自动生成，涉及 ${sections.length} 个数据集，提供单位见各部分。内容由提供单位负责，平台未作修改。`,
    `每个数据集最多列示最近 ${limits.records_shown} 条，并注明总条数。${considered}`,
    '已撤销、被取代、已完成信用修复以及已退出名单的信息不再列示。',
    '本报告免费。没有记录仅说明所列数据集中没有，不能证明其他单位没有。',
    'Generated from what the departments named below provided. Of each dataset the latest records are shown with their total. What was repaired, withdrawn or ended is not shown. Free of charge; no record is no certificate beyond the datasets named.',
  ])
    canvas.paragraph(words)
}

function drawSummary(canvas: Canvas, statement: ReportStatement): void {
  canvas.heading('公共信用信息概要 Summary')
  const widths = [190, 160, 60, 61.28]
  canvas.row(
    ['信息类别与数据集 Dataset', '提供单位 Provided by', '总数 Total', '列示 Shown'].map((text) => ({
      text,
      style: styles.label,
    })),
    widths,
    { fill: '#eef1f6' },
  )
  for (const { group, name, provided_by, total, records } of statement.sections) {
    canvas.row(
      [
        { text: `${name}\n${groupWords[group]}` },
        { text: provided_by },
        { text: String(total) },
        { text: String(records.length) },
      ],
      widths,
    )
  }
}

function drawGroup(canvas: Canvas, { sections }: ReportStatement, group: ReportGroup): void {
  const own = sections.filter((section) => section.group === group)
  if (own.length === 0) return
  canvas.heading(groupWords[group])
  for (const section of own) drawSection(canvas, section)
}

function drawSection(canvas: Canvas, { name, provided_by, total, records }: ReportSection): void {
  const count =
    total === 0
      ? '无记录 no record'
      : `共 ${total} 条，列示最近 ${records.length} 条 ${records.length} of ${total}`
  // A heading stays with the beginning of what it is about.
  canvas.keep(records.length === 0 ? 56 : 150)
  canvas.subheading(`${name}（${count}）`)
  canvas.paragraph(`数据来源 Source：${provided_by}`, styles.small)
  for (const [index, record] of records.entries()) {
    canvas.space(6)
    canvas.keep(60)
    drawRecord(canvas, record, `${index + 1}/${total}`)
  }
  canvas.space(6)
}

function drawRecord(canvas: Canvas, record: StatedRecord, place: string): void {
  const widths = [150, contentWidth - 150]
  canvas.row(
    [
      { text: place, style: styles.label },
      {
        text: `更新 Updated ${dayOfMoment(record.recorded_at)}${publicationText(record)}`,
        style: styles.label,
      },
    ],
    widths,
    { fill: '#f5f7fa' },
  )
  const { listing } = record
  if (listing === null && record.disputed_since !== null) {
    canvas.row(
      [{ text: '异议标注 Disputed', style: styles.label }, { text: `自 since ${record.disputed_since}` }],
      widths,
    )
  }
  if (listing) {
    const disputed =
      listing.disputed_since === null ? '' : `；异议标注 disputed since ${listing.disputed_since}`
    canvas.row(
      [
        { text: '名单 List', style: styles.label },
        {
          text: `${listing.list}，${listing.grade ?? '—'}，${listing.determined_by}，${listingSpan(listing)}${disputed}`,
        },
      ],
      widths,
    )
  }
  for (const { label, value } of record.fields)
    canvas.row([{ text: label, style: styles.label }, { text: value }], widths)
}

function publicationText({ publication }: StatedRecord): string {
  if (publication === null) return ''
  if (!publication.published) return '；现不公示 not published'
  return publication.until === null ? '；公示中 published' : `；公示至 published until ${publication.until}`
}

function drawEnquiries(canvas: Canvas, { enquiries }: ReportStatement): void {
  if (enquiries === null) {
    canvas.heading('查询记录 Who asked about the subject')
    canvas.paragraph(
      '查询记录只告知主体本人，公众版报告不列示（河南省社会信用条例第四十条）。Told to the subject itself, so not here.',
      styles.small,
    )
    return
  }
  canvas.heading(`查询记录 Who asked about the subject（${enquiries.total}）`)
  canvas.paragraph(
    '依据证据日志；河南省社会信用条例第四十条。From the evidence log (Henan regulation, art. 40).',
    styles.small,
  )
  canvas.paragraph(
    `列示最近 ${enquiries.entries.length} 次 the latest ${enquiries.entries.length}`,
    styles.small,
  )
  const widths = [150, 170, 151.28]
  if (enquiries.entries.length > 0)
    canvas.row(
      ['时间 At', '查询单位 Department', '用途 Purpose'].map((text) => ({ text, style: styles.label })),
      widths,
      { fill: '#eef1f6' },
    )
  for (const { at, department, purpose } of enquiries.entries)
    canvas.row(
      [{ text: momentText(at).slice(0, 19) }, { text: department }, { text: purpose ?? '—' }],
      widths,
    )
}

const disclaimer = [
  '本报告仅供参考，不构成对该主体信用状况的评价或者担保；以提供单位的决定文书为准。对内容有异议的，可以向平台或者提供单位提出，三个工作日内答复（河南省社会信用条例第四十一条）。',
  'For information; no rating and no guarantee. The decisions of the departments prevail. Who disagrees may object.',
]
