import type { SearchStatement } from '../statement.ts'
import {
  attachStatement,
  drawFacts,
  drawVerificationCode,
  finishPages,
  proofWords,
} from './document-frame.ts'
import { type Canvas, contentWidth, page, styles } from './page-canvas.ts'
import { listingSpan, momentText, outcomeWords, subjectName, subjectNumber } from './words.ts'

/** The certificate of search (查询证明) on paper. */

const title = '查询证明 Certificate of search'

export async function drawCertificate(
  canvas: Canvas,
  statement: SearchStatement,
  token: string,
): Promise<void> {
  const { subject } = statement
  canvas.paragraph('信用信息查询证明', styles.title)
  canvas.paragraph('Certificate of search of credit information', styles.label)
  canvas.space(14)
  await drawVerificationCode(canvas, statement.verify_at, page.width - page.right - 92, page.top - 6)
  drawFacts(
    canvas,
    [
      ['编号 Serial', statement.serial],
      ['被查询主体 Subject', subjectName(subject)],
      [
        subject.kind === 'ORGANISATION' ? '统一社会信用代码 USCC' : '证件 Certificate',
        subjectNumber(subject),
      ],
      ['查询单位 Asked by', `${statement.asked_by.name}（${statement.asked_by.code}）`],
      [
        '用途 Purpose',
        statement.matter === null ? statement.purpose : `${statement.purpose}（${statement.matter}）`,
      ],
      ['所问日期 As of', statement.as_of],
      ['出具时间 Issued at', momentText(statement.issued_at)],
      ['数据版本 Data version', String(statement.data_version)],
    ],
    contentWidth - 104,
  )
  drawOutcome(canvas, statement)
  drawListings(canvas, statement)
  drawMeasures(canvas, statement)
  drawDatasets(canvas, statement)
  canvas.heading('说明 Notes')
  for (const [index, words] of notes(statement, token).entries()) {
    canvas.paragraph(`${index + 1}. ${words}`, styles.label)
    canvas.space(2)
  }
  finishPages(canvas, statement, title)
  attachStatement(canvas, statement, token)
}

function drawOutcome(canvas: Canvas, statement: SearchStatement): void {
  const { zh, en, colour } = outcomeWords[statement.outcome]
  canvas.space(10)
  canvas.keep(70)
  const top = canvas.y()
  canvas.document.rect(page.left, top, contentWidth, 58).lineWidth(1).strokeColor(colour).stroke()
  canvas.drawText(`${zh}  ${en}`, page.left + 14, top + 8, { size: 15, colour })
  canvas.drawText(sentence(statement), page.left + 14, top + 34, styles.label)
  canvas.space(62)
}

function sentence({ outcome, as_of, listings }: SearchStatement): string {
  switch (outcome) {
    case 'LISTED':
      return `于 ${as_of} 在下列名单上 on the lists below`
    case 'NOT_LISTED':
      return listings.length > 0
        ? `于 ${as_of} 不在失信、惩戒或者关注名单上，在下列守信名单上 on no adverse list; on those of the trustworthy below`
        : `于 ${as_of} 不在下列数据集的任何名单上；记录条数见下 on no list of the datasets below`
    case 'NO_RECORD':
      return `在下列数据集中，截至所示数据版本，没有该主体的记录 no record in the datasets below as of this data version`
  }
}

function drawListings(canvas: Canvas, { listings }: SearchStatement): void {
  if (listings.length === 0) return
  canvas.heading(`在列名单 Lists（${listings.length}）`)
  const widths = [140, 121, 110, 100.28]
  canvas.row(headings('名单 List', '认定单位 Determined by', '决定文号 Decision', '期间 In force'), widths, {
    fill: '#eef1f6',
  })
  for (const listing of listings) {
    const disputed =
      listing.disputed_since === null ? '' : `\n异议标注 disputed since ${listing.disputed_since}`
    canvas.row(
      [
        { text: `${listing.list}\n等级 grade：${listing.grade ?? '—'}${disputed}` },
        { text: listing.determined_by },
        { text: listing.decision_no ?? '未向查询单位披露 not disclosed' },
        { text: listingSpan(listing) },
      ],
      widths,
    )
  }
}

function drawMeasures(canvas: Canvas, { measures, matter }: SearchStatement): void {
  if (measures.length === 0) return
  canvas.heading(`查询单位须采取的措施 Measures that bind the asker${matter === null ? '' : `（${matter}）`}`)
  const widths = [200, 90, 181.28]
  canvas.row(headings('措施 Measure', '类别 Class', '依据 Basis'), widths, { fill: '#eef1f6' })
  for (const measure of measures) {
    canvas.row(
      [
        { text: measure.name },
        { text: measure.class },
        { text: measure.legal_basis.join('；'), style: styles.label },
      ],
      widths,
    )
  }
}

function drawDatasets(canvas: Canvas, { datasets }: SearchStatement): void {
  canvas.heading(`查询范围 Datasets searched（${datasets.length}）`)
  const widths = [150, 131, 130, 60.28]
  canvas.row(headings('数据集 Dataset', '提供单位 Provided by', '名单 List', '记录 Records'), widths, {
    fill: '#eef1f6',
  })
  for (const dataset of datasets) {
    canvas.row(
      [
        { text: dataset.name },
        { text: dataset.provided_by },
        { text: dataset.list ?? '—' },
        { text: String(dataset.records) },
      ],
      widths,
    )
  }
}

const headings = (...texts: string[]) => texts.map((text) => ({ text, style: styles.label }))

function notes(statement: SearchStatement, token: string): string[] {
  return [
    '查询范围仅限查询单位有权查询的上列数据集；其他单位、其他数据集未予查询。没有记录不等于没有其他单位掌握的信息。Only the datasets above were searched: those that the asker may see. No record here is no certificate about others.',
    '“记录”为出具时有效的记录条数；已撤销、被取代或者已修复的不计。Records that stand; withdrawn, superseded and repaired ones are not counted.',
    '信息修复、到期或者撤销后，核验页面将说明其已变化，不再显示内容。After repair, expiry or withdrawal the verification page says so instead of showing content.',
    ...statement.remarks.map((remark) => `提示 Remark：${remark}`),
    ...proofWords(statement, token),
  ]
}
