import {
  checkResidentId,
  checkUscc,
  type IdentifierWarning,
  type MalformedRule,
} from '../subjects/identifiers.ts'

/** The check of a unified social credit code (统一社会信用代码, GB 32100-2015) as the public tool shows it. Pure. */

export type CreditCodeCheck = {
  status: 'VALID' | 'CHECKSUM_MISMATCH' | 'MALFORMED'
  /** The code as it is written; null unless valid, since a mistyped text may be the number of a person. */
  code: string | null
  rule: MalformedRule | null
  /** What was probably meant, where one or two letters look like digits; never taken by itself. */
  suggestion: string | null
  warnings: IdentifierWarning[]
  parts: CreditCodePart[]
}

export type CreditCodePart = {
  from: number
  to: number
  name: string
  nameEn: string
  value: string
  meaning: string | null
}

const authorities: Record<string, string> = {
  '1': '机构编制',
  '2': '外交',
  '3': '司法行政',
  '4': '文化',
  '5': '民政',
  '6': '旅游',
  '7': '宗教',
  '8': '工会',
  '9': '市场监督管理（工商）',
  A: '中央军委改革和编制办公室',
  N: '农业农村',
  Y: '其他',
}

const categories: Record<string, string> = {
  '11': '机关',
  '12': '事业单位',
  '13': '编办直接管理机构编制的群众团体',
  '31': '律师执业机构',
  '32': '公证处',
  '33': '基层法律服务所',
  '34': '司法鉴定机构',
  '35': '仲裁委员会',
  '51': '社会团体',
  '52': '民办非企业单位',
  '53': '基金会',
  '71': '宗教活动场所',
  '72': '宗教院校',
  '81': '基层工会',
  '91': '企业',
  '92': '个体工商户',
  '93': '农民专业合作社',
  N1: '组级集体经济组织',
  N2: '村级集体经济组织',
  N3: '乡镇级集体经济组织',
}

export function checkCreditCode(raw: string, divisions: ReadonlyMap<string, string>): CreditCodeCheck {
  const check = checkUscc(raw)
  const nothing = { code: null, rule: null, suggestion: null, warnings: [], parts: [] }
  switch (check.status) {
    case 'malformed':
      return {
        ...nothing,
        status: 'MALFORMED',
        rule: check.rule,
        suggestion: check.suggestion ?? null,
      }
    case 'checksum_mismatch':
      return { ...nothing, status: 'CHECKSUM_MISMATCH' }
    case 'valid':
      // By chance a code may pass both checks: what may be a person's number is not repeated.
      if (checkResidentId(raw).status === 'valid') return { ...nothing, status: 'VALID' }
      return {
        ...nothing,
        status: 'VALID',
        code: check.value,
        warnings: check.warnings,
        parts: partsOf(check.value, divisions),
      }
  }
}

function partsOf(code: string, divisions: ReadonlyMap<string, string>): CreditCodePart[] {
  const part = (from: number, to: number, name: string, nameEn: string, meaning: string | null) => {
    const value = code.slice(from - 1, to)
    return { from, to, name, nameEn, value, meaning }
  }
  const category = categories[code.slice(0, 2)] ?? (code[1] === '9' ? '其他' : null)
  return [
    part(1, 1, '登记管理部门', 'Registering authority', authorities[code.charAt(0)] ?? null),
    part(2, 2, '机构类别', 'Category', category),
    part(3, 8, '登记管理机关行政区划', 'Division of the registrar', divisions.get(code.slice(2, 8)) ?? null),
    part(9, 17, '主体标识码（组织机构代码）', 'Subject identifier (organisation code)', null),
    part(18, 18, '校验码', 'Check character', null),
  ]
}
