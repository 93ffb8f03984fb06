import { usccCheckCharacter } from '../../src/subjects/identifiers.ts'

/** Invented enterprises on the founding list of quality-dishonest enterprises, as many as a test wants. */

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** The n-th invented unified social credit code of the fictional city; passes its check character. */
export function inventedUscc(n: number): string {
  let [rest, digits] = [n, '']
  for (let place = 0; place < 6; place += 1) {
    digits = alphabet.charAt(rest % alphabet.length) + digits
    rest = Math.floor(rest / alphabet.length)
  }
  const stem = `91419800MAT${digits}`
  return stem + usccCheckCharacter(stem)
}

export type QualityRow = Record<string, string>

export function qualityRow(n: number, change: QualityRow = {}): QualityRow {
  return {
    name: `汝宁市虚构${n}号食品有限公司`,
    uscc: inventedUscc(n),
    legalRepresentative: '孙演示',
    product: '糕点',
    reason: '监督抽查不合格，复查仍不合格。',
    grade: '一般',
    decisionNo: `汝质监失信〔2026〕${n}号`,
    authority: '汝宁市质量技术监督局',
    noticedOn: '2026-02-20',
    listedOn: '2026-03-20',
    ...change,
  }
}

/** Headings as such tables bear them: labels and synonyms, not the names of fields. */
export const qualityHeadings: Record<string, string> = {
  name: '企业名称',
  uscc: '统一社会信用代码',
  legalRepresentative: '法定代表人',
  product: '产品名称',
  reason: '列入原因',
  grade: '失信等级*',
  decisionNo: '决定书文号',
  authority: '认定机关',
  noticedOn: '告知日期',
  listedOn: '列入名单时间',
}

export function qualityCsv(rows: readonly QualityRow[]): string {
  const names = Object.keys(qualityHeadings)
  const line = (cells: string[]) =>
    `${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`
  return [
    line(['序号', ...names.map((name) => qualityHeadings[name] ?? name)]),
    ...rows.map((row, index) => line([String(index + 1), ...names.map((name) => row[name] ?? '')])),
  ].join('')
}
