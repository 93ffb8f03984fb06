import { readFileSync } from 'node:fs'
import { catalogueFileSchema } from '../../../src/catalogue/catalogue-file.ts'
import type { Sample } from '../../../src/catalogue/proposal-values.ts'
import { organisationCheckCharacter, usccCheckCharacter } from '../../../src/subjects/identifiers.ts'

/** Sheets as departments of the fictional 汝宁市 would send them. */

export const today = '2026-11-24'

const folder = new URL('../../../prisma/catalogue/', import.meta.url)
const load = (path: string) =>
  catalogueFileSchema.parse(JSON.parse(readFileSync(new URL(path, folder), 'utf8')))
export const termFiles = ['terms/penalties.json', 'terms/licences.json', 'terms/lists.json']
export const terms = termFiles.flatMap((path) => load(path).fieldTerms)
export const foundingCatalogue = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(path, folder), 'utf8'))

export function uscc(number: number): string {
  const body = `MADEM${String(number).padStart(3, '0')}`
  const code = `91419800${body}${organisationCheckCharacter(body)}`
  return `${code}${usccCheckCharacter(code)}`
}

export function residentId(number: number): string {
  const body = `41980219900101${String(number).padStart(3, '0')}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, position) => total + weight * Number(body[position]), 0)
  return `${body}${'10X98765432'.charAt(sum % 11)}`
}

/** `count` rows of a sheet; each column says what stands in row n. */
export function sheet(count: number, columns: Record<string, (row: number) => string>): Sample {
  const rows = Array.from({ length: count }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([heading, cell]) => [heading, cell(row)])),
  )
  return { headings: Object.keys(columns), rows }
}

export function csvOf({ headings, rows }: Sample): string {
  const quoted = (cell: unknown) => `"${String(cell ?? '').replaceAll('"', '""')}"`
  return [headings, ...rows.map((row) => headings.map((heading) => row[heading]))]
    .map((cells) => `${cells.map(quoted).join(',')}\n`)
    .join('')
}

const day = (row: number) => `2026-0${1 + (row % 9)}-1${row % 10}`
const always = (text: string) => () => text

/** The national table with every column. */
export const nationalPenalties = (count = 12): Sample =>
  sheet(count, {
    序号: (row) => String(row + 1),
    CF_XDR_MC: (row) => `汝宁市样本${row}号商贸有限公司`,
    CF_XDR_LB: always('法人及非法人组织'),
    CF_XDR_SHXYM: (row) => uscc(row),
    CF_XDR_GSZC: always(''),
    CF_XDR_ZZJG: always(''),
    CF_XDR_SWDJ: always(''),
    CF_XDR_SYDW: always(''),
    CF_XDR_SHZZ: always(''),
    CF_FRDB: (row) => `赵样本${row}`,
    CF_FR_ZJLX: always('身份证'),
    CF_FR_ZJHM: (row) => residentId(row),
    CF_XDR_ZJLX: always(''),
    CF_XDR_ZJHM: always(''),
    CF_WSH: (row) => `汝烟罚〔2026〕${row + 1}号`,
    CF_WFXW: always('无证经营'),
    CF_SY: always('经查，当事人未取得许可证从事经营。'),
    CF_YJ: always('《烟草专卖法》第三十二条'),
    CF_CFLB: always('罚款'),
    CF_NR: always('罚款2000元'),
    CF_NR_FK: always('0.2'),
    CF_NR_WFFF: always(''),
    CF_NR_ZKDX: always(''),
    CF_JDRQ: day,
    CF_YXQ: always('2099-12-31'),
    CF_GSJZQ: always('2027-12-31'),
    CF_CFJG: always('汝宁市烟草专卖局'),
    CF_CFJGDM: always(uscc(900)),
    CF_SJLY: always('汝宁市烟草专卖局'),
    CF_SJLYDM: always(uscc(900)),
    BZ: always(''),
  })

/** The edition of 2016, with the names it had then. */
export const penaltiesOf2016 = (count = 10): Sample =>
  sheet(count, {
    CF_WSH: (row) => `汝林罚决字〔2026〕${row + 1}号`,
    CF_CFMC: always('滥伐林木案'),
    CF_CFLB1: always('罚款'),
    CF_CFLB2: always(''),
    CF_SY: always('滥伐林木'),
    CF_YJ: always('《森林法》第七十六条'),
    CF_XDR: (row) => `汝宁市样本${row}号林场`,
    CF_XDR_SHXYM: (row) => uscc(row),
    CF_XDR_ZDM: always(''),
    CF_XDR_GSDJ: always(''),
    CF_XDR_SFZ: always(''),
    CF_FR: (row) => `钱样本${row}`,
    CF_JG: always('罚款'),
    CF_JDRQ: day,
    CF_XZJG: always('汝宁市林业局'),
    CF_ZT: (row) => (row === 3 ? '1' : '0'),
    DFBM: always('419800'),
    SJC: always('2026/11/20 10:11:12'),
  })

export const licenceSheet = (count = 12): Sample =>
  sheet(count, {
    XK_XDR: (row) => `汝宁市样本${row}号食品有限公司`,
    XK_XDR_LB: always('法人及非法人组织'),
    XK_XDR_SHXYM: (row) => uscc(row + 300),
    XK_XKWS: always('准予食品经营许可决定书'),
    XK_WSH: (row) => `汝食许〔2026〕${row + 1}号`,
    XK_XKLB: always('普通'),
    XK_NR: always('食品经营'),
    XK_JDRQ: always('2026-03-02'),
    XK_YXQZ: always('2026-03-02'),
    XK_YXQZI: always('2031-03-01'),
    XK_XKJG: always('汝宁市行政审批局'),
    XK_XKJGDM: always(uscc(902)),
    XK_ZT: always('0'),
  })

/** A tobacco bureau's own table, with columns that no vocabulary knows. */
export const tobaccoSheet = (count = 24): Sample =>
  sheet(count, {
    序号: (row) => String(row + 1),
    案件编号: (row) => `RNYC-2026-${String(row + 1).padStart(4, '0')}`,
    当事人: (row) => `南浦区样本${row}号副食店`,
    社会信用代码: (row) => uscc(row + 100),
    烟草专卖零售许可证号: (row) => `4198021${String(row).padStart(5, '0')}`,
    案由: always('未在当地烟草专卖批发企业进货'),
    案情简介: always('执法人员检查时发现其经营的卷烟并非从当地批发企业购进。'),
    '涉案卷烟数量（条）': (row) => String(3 + row),
    '案值（元）': (row) => `${1200 + row}.50`,
    罚款金额: (row) => String(500 + row * 100),
    处罚时间: day,
    涉案卷烟产地: (row) => ['国产', '走私', '假冒'][row % 3] ?? '',
    办案单位: always('汝宁市烟草专卖局'),
    联系电话: (row) => `1390000${String(row).padStart(4, '0')}`,
    备注: always(''),
  })

/** The list template met in practice: one column for whatever number the subject has. */
export const listTemplate = (count = 8): Sample =>
  sheet(count, {
    序号: (row) => String(row + 1),
    '当事人姓名/单位名称': (row) => (row % 4 === 3 ? `孙样本${row}` : `汝宁市样本${row}号建筑劳务有限公司`),
    '身份证号/社会信用代码/组织机构代码/工商注册号': (row) =>
      row % 4 === 3 ? residentId(row) : uscc(row + 200),
    '列入红/黑名单事由': always('拖欠农民工工资，经责令限期支付，逾期未支付'),
    发生时间: always('2026-01-05'),
    列入名单时间: day,
  })
