import { splitRegion } from './regions.ts'

/** A form that ends the parent's name where something follows it (art. 13: the parent's name, then the branch). */
const companyForm = /(?:有限公司|股份公司|集团公司|总公司|(?<![分支])公司)/u
const otherForm = /(?:供销合作社|供销社|供销联社|信用合作社|信用社|联合社|合作社|银行|大药房|超市)/u

/** How a branch is called that needs no company before it, alone or behind a place or number. */
const branchWords =
  '分公司|支公司|分店|分厂|分社|分行|支行|分校|分院|分部|分所|分站|分场|分中心|办事处|营业所|营业厅|营业部|门市部|门市|零售部|零售店|零售亭|分销处|代销点|代办点|服务部|服务站|经营部|购销站|收购站|网点|柜台|仓库|连锁店|加盟店|直营店|便民店|旗舰店|专卖店|综合服务社|服务社|分理处|储蓄所|加油站'
const branchEnd = new RegExp(`(?:${branchWords}|[店部站点所柜亭厅库处组队])$`, 'u')
const branchAlone =
  /(?:第?[\d一二三四五六七八九十百〇两]+)?(?:分公司|支公司|分店|分厂|分社|分行|支行|分校|分院|分部|分所|分站|分场|分中心)$/u
const numbered =
  /第?[\d一二三四五六七八九十百〇]+(?:连锁店|加盟店|门市部|零售部|经营部|服务部|营业部|营业厅|药店|店|部|柜)$/u

const leastParent = 4

/**
 * Parts a branch's name into its parent's name and its own part. A branch is never equal to its parent: the parent
 * answers for it (民法典 art. 74), yet what is listed is the subject named.
 */
export function splitBranch(norm: string): { parent: string; branch: string | null } {
  return (
    behindForm(norm, companyForm, /./u) ??
    behindForm(norm, otherForm, branchEnd) ??
    atEnd(norm) ??
    whole(norm)
  )
}

const whole = (norm: string) => ({ parent: norm, branch: null })

function behindForm(norm: string, form: RegExp, ending: RegExp) {
  const found = form.exec(norm.slice(2))
  if (!found) return null
  const end = found.index + 2 + found[0].length
  const branch = norm.slice(end)
  if (branch === '' || !ending.test(branch)) return null
  // Owner and region may stand in brackets behind the form; a second company's form is the name's own.
  if (branch.startsWith('(') && branch.endsWith(')') && !isBranch(branch.slice(1, -1))) {
    return whole(norm.slice(0, end - found[0].length) + branch + found[0])
  }
  if (/(?<![分支])公司$/u.test(branch)) return null
  return { parent: norm.slice(0, end), branch: branch.replace(/^\((.*)\)$/u, '$1') }
}

/** 驻马店 ends like a shop (店) and is a place. */
const isBranch = (inside: string) => branchEnd.test(inside) && splitRegion(inside).rest !== ''

function atEnd(norm: string) {
  const found = branchAlone.exec(norm) ?? numbered.exec(norm)
  if (!found || found.index < leastParent) return null
  return { parent: norm.slice(0, found.index), branch: found[0] }
}
