import type { Random } from './random.ts'

/** Characters of trade names; the most frequent stand first and are taken more often, as parents and lawyers do. */
const syllables =
  '鑫源天华盛达兴隆金诚信泰安康宏伟恒通顺利丰瑞祥和平正大同德美佳新世纪中原豫龙凤鹏飞翔宇宙星光明辉煌东方南北西海江河山川林森木禾田园春夏秋冬雪梅兰竹菊松柏桂荣昌茂富贵福禄寿喜吉庆永久长远航博学文武英杰志强国民众联合创展望未来腾云起亿万百千一品优良精益求真善思源泉清水润泽普惠仁义礼智玉珍珠宝石银铜铁钢晨曦朝阳晓月红绿蓝紫白皓洁雅静怡景致锦绣绮丽卓越超凡非常领先锋力量动能耀晟睿哲涵蕴启迪慧聪颖捷迅速稳健固坚牢旺财运好彩头牛马羊鹿鹤雀燕鸿雁麒麟'
const regions = [
  '汝宁市',
  '汝宁',
  '汝宁市南浦区',
  '青禾县',
  '柳溪县',
  '石桥县',
  '汝宁市青禾县',
  '青禾',
  '柳溪',
  '石桥',
  '河南',
  '河南省',
  '驻马店市',
  '驻马店',
  '西平县',
  '上蔡县',
  '平舆县',
  '正阳县',
  '确山县',
  '泌阳县',
  '汝南县',
  '遂平县',
  '新蔡县',
  '驻马店市驿城区',
]
const companyIndustries =
  '商贸 商贸 商贸 商贸 商贸 商贸 食品 科技 建筑工程 农业科技 农业开发 生态农业 房地产开发 物流 运输 医药 医疗器械 建材 装饰工程 机械制造 电子科技 网络科技 文化传媒 广告 汽车销售 汽车服务 物业服务 劳务 园林绿化 粮油 饲料 种业 置业 服饰 家具 化工 包装 印务 酒业 环保科技 新能源 水利工程 信息技术 教育科技 企业管理咨询 财务咨询 担保 投资 实业 矿业 塑业'.split(
    ' ',
  )
const shopTrades =
  '烟酒 百货 五金 建材 服装 鞋帽 水果 早餐 小吃 家电 手机 化肥 农资 粮油 药 茶叶 文具 理发 汽修 电动车'.split(
    ' ',
  )
const shopForms = ['商行', '店', '经营部', '门市部', '超市', '商店', '批发部']
const crops = '种植 养殖 蔬菜种植 花生种植 农机 林果 中药材种植 生猪养殖'.split(' ')

/** An invented name of a city's register: seven in ten a company, the rest shops, cooperatives, works. */
export function fictionalName(random: Random): string {
  const region = random.chance(0.93) ? random.pick(regions) : ''
  const trade = tradeName(random)
  const kind = random.below(20)
  if (kind < 14) {
    const form = random.chance(0.9)
      ? '有限公司'
      : random.pick(['有限责任公司', '股份有限公司', '集团有限公司', '公司'])
    return `${region}${trade}${random.chance(0.97) ? random.pick(companyIndustries) : ''}${form}`
  }
  if (kind < 17) return `${region}${trade}${random.pick(shopTrades)}${random.pick(shopForms)}`
  if (kind < 19) return `${region}${trade}${random.pick(crops)}专业合作社`
  return `${region}${trade}${random.pick(['食品', '面粉', '预制构件', '塑料制品', '机械'])}厂`
}

export function tradeName(random: Random): string {
  const length = random.pick([2, 2, 2, 2, 2, 2, 3, 3, 3, 4])
  let name = ''
  for (let i = 0; i < length; i += 1) {
    // Two draws, the smaller: the first characters come three times as often as the last.
    name += syllables.charAt(Math.min(random.below(syllables.length), random.below(syllables.length)))
  }
  return name
}

const branchEnds = ['分公司', '第一分公司', '第二门市部', '营业部', '分店']

/** A branch of a company, named as art. 13 says: the parent's name, then its own. */
export function branchOf(name: string, random: Random): string {
  return `${name}${random.pick(['', '西平', '上蔡', '青禾', '柳溪', '南浦'])}${random.pick(branchEnds)}`
}

/** A region that names of this register have. */
export function someRegion(random: Random): string {
  return random.pick(regions)
}
