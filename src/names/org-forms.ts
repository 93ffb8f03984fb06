import { editBetween } from './edit.ts'
import { normaliseName } from './normalise.ts'

/** Organisational forms (组织形式) in canonical spelling; what a form may also be called stands behind it. */
const spellings: Record<string, string[]> = {
  集团有限公司: ['(集团)有限公司', '集团有限公司'],
  集团股份公司: ['(集团)股份公司', '集团股份公司'],
  集团公司: ['(集团)公司', '集团公司'],
  集团总公司: ['集团总公司'],
  有限公司: ['有限公司'],
  股份公司: ['股份公司'],
  股份合作公司: ['股份合作公司'],
  总公司: ['总公司'],
  公司: ['公司'],
  集团: ['(集团)', '集团'],
  专业合作社联合社: ['农民专业合作社联合社', '专业合作社联合社', '专业合作联社'],
  专业合作社: ['农民专业合作社', '专业合作社'],
  股份经济合作社: ['股份经济合作社'],
  经济合作社: ['经济合作社'],
  供销合作社联合社: ['供销合作社联合社', '供销社联合社', '供销联社', '供销合作联社'],
  供销合作社: ['供销合作社', '供销社'],
  信用合作社: ['农村信用合作社', '信用合作社', '信用社'],
  信用合作社联合社: ['农村信用合作联社', '信用合作联社', '信用联社'],
  合作社: ['合作社'],
  家庭农场: ['家庭农场'],
  个体工商户: ['个体工商户'],
  事务所: ['事务所'],
  研究院: ['研究院'],
  研究所: ['研究所'],
  工作室: ['工作室'],
  经营部: ['经营部'],
  门市部: ['门市部', '门市'],
  营业部: ['营业部'],
  服务部: ['服务部'],
  批发部: ['批发部'],
  零售部: ['零售部'],
  销售部: ['销售部'],
  商行: ['商行'],
  商店: ['商店'],
  商场: ['商场'],
  超市: ['超市'],
  中心: ['中心'],
  厂: ['厂'],
  店: ['店'],
  部: ['部'],
  站: ['站'],
  场: ['场'],
  馆: ['馆'],
  坊: ['坊'],
  院: ['院'],
  所: ['所'],
  行: ['行'],
  社: ['社'],
}

const canonical = new Map(
  Object.entries(spellings).flatMap(([form, written]) =>
    written.map((spelling) => [spelling, form] as const),
  ),
)
const longest = Math.max(...[...canonical.keys()].map((spelling) => spelling.length))

/** Kinds of partnership and of sole owner stand in brackets behind the form and are no part of the name's key. */
const owners = /\((?:特殊普通合伙|普通合伙|有限合伙|个人独资|个体工商户|个体|微型企业|集体)\)$/u

/** Ends like a form and is what the organisation is. */
const institution = /(?:银行|医院|学院|法院|剧院|公园|幼儿园|车站)$/u

/** A trade name has two characters or more (art. 8), so a form never takes what must be the trade name. */
const leastTradeName = 2

const mendable = ['有限责任公司', '股份有限公司', '有限公司', '专业合作社', '供销合作社']
const sound = /(?:有限公司|股份公司|集团公司|总公司|[分支]公司|合作社|供销社|联社)$/u

/** 股份有限司西平支行: what a branch's parent was. Other slips in the middle leave 公司, and the whole name is close. */
const tornInside = /(股份)?有(?:限司公|公限司|限责任司公?|限司)(?=.{2})/u

/**
 * A long form with one slip in it (有限司, 有现公司, 有限公公司) is that form, since nothing else ends so. Shorter forms are
 * let be: 商行 with a slip may be any word.
 */
export function mendForm(norm: string): string {
  if (!/有限公司|股份公司/u.test(norm)) {
    const mended = norm.replace(tornInside, (_, stock: string | undefined) =>
      stock ? '股份公司' : '有限公司',
    )
    if (mended !== norm) return mended
  }
  if (sound.test(norm) || !/[限公司合作社].?.?$/u.test(norm)) return norm
  for (const form of mendable) {
    for (const length of [form.length, form.length + 1, form.length - 1]) {
      const edit = norm.length > length + leastTradeName && editBetween(norm.slice(-length), form, 1)
      if (edit) return normaliseName(norm.slice(0, -length) + form)
    }
  }
  return norm
}

/** Takes the organisational form off a name without branch: 驻马店市天中食品有限公司 → 驻马店市天中食品, 有限公司. */
export function splitForm(parent: string): { body: string; orgForm: string } {
  const name = parent.replace(owners, '')
  if (institution.test(name)) return { body: name, orgForm: '' }
  for (let length = Math.min(longest, name.length - leastTradeName); length >= 1; length -= 1) {
    const form = canonical.get(name.slice(-length))
    if (form !== undefined) return { body: name.slice(0, -length), orgForm: form }
  }
  return { body: name, orgForm: '' }
}

/** 公司 and 合作社 are what people say for any company and any cooperative. */
export function isShortFor(spoken: string, form: string): boolean {
  return (spoken === '公司' || spoken === '合作社') && spoken !== form && form.endsWith(spoken)
}
