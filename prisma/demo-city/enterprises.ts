/** The invented subjects of 汝宁市. Their order gives their numbers: add at the end. */

export type Enterprise = {
  /** The trade name (字号), taken from fables; cases name the enterprise by it. */
  key: string
  name: string
  kind: '企业' | '个体工商户' | '农民专业合作社'
  division: string
  establishedOn: string
  status: '存续' | '吊销' | '注销'
  /** The name it bore until the day before `renamedOn`. */
  former?: { name: string; renamedOn: string }
}

export type Person = {
  name: string
  /** The first 17 characters of the identity number; the check character is computed. */
  idBody: string
}

const company = (key: string, rest: string, division: string, establishedOn: string): Enterprise => ({
  key,
  name: `汝宁市${key}${rest}`,
  kind: '企业',
  division,
  establishedOn,
  status: '存续',
})
const shop = (key: string, rest: string, division: string, establishedOn: string): Enterprise => ({
  ...company(key, rest, division, establishedOn),
  kind: '个体工商户',
})
const cooperative = (key: string, rest: string, division: string, establishedOn: string): Enterprise => ({
  ...company(key, rest, division, establishedOn),
  kind: '农民专业合作社',
})
const renamed = (enterprise: Enterprise, formerName: string, renamedOn: string): Enterprise => ({
  ...enterprise,
  former: { name: formerName, renamedOn },
})
const gone = (enterprise: Enterprise, status: '吊销' | '注销'): Enterprise => ({ ...enterprise, status })

const city = '419800'
const nanpu = '419802'
const qinghe = '419821'
const liuxi = '419822'
const shiqiao = '419823'

export const enterprises: Enterprise[] = [
  company('镜花', '食品有限公司', city, '2012-03-08'),
  company('子虚', '商贸有限公司', nanpu, '2015-06-19'),
  renamed(company('乌有', '建材有限公司', nanpu, '2013-09-02'), '汝宁市海市建材有限公司', '2025-04-10'),
  company('蜃楼', '房地产开发有限公司', city, '2010-11-23'),
  company('南柯', '酒业有限公司', qinghe, '2008-05-14'),
  company('黄粱', '粮油有限责任公司', liuxi, '2009-10-30'),
  company('桃源', '旅行社有限公司', city, '2016-04-01'),
  company('蓬莱', '药业有限公司', city, '2011-07-18'),
  company('方壶', '塑料制品有限公司', shiqiao, '2014-12-09'),
  gone(company('烂柯', '木业有限公司', qinghe, '2017-02-27'), '注销'),
  company('画饼', '食品有限公司', nanpu, '2018-08-15'),
  company('望梅', '饮料有限公司', liuxi, '2016-01-11'),
  gone(company('守株', '农资有限公司', qinghe, '2013-05-20'), '吊销'),
  renamed(company('刻舟', '船舶配件有限公司', city, '2015-10-12'), '汝宁市求剑五金有限公司', '2024-09-01'),
  company('缘木', '水产有限公司', liuxi, '2019-03-26'),
  company('揠苗', '种业有限公司', qinghe, '2014-02-18'),
  company('杯弓', '餐饮管理有限公司', nanpu, '2020-07-07'),
  company('井蛙', '网络科技有限公司', city, '2021-05-31'),
  company('塞翁', '养殖有限公司', shiqiao, '2012-08-06'),
  company('愚公', '路桥工程有限公司', city, '2007-04-16'),
  company('夸父', '新能源有限公司', city, '2022-01-17'),
  renamed(
    company('精卫', '水利工程有限公司', liuxi, '2011-11-11'),
    '汝宁市填海土石方工程有限公司',
    '2023-12-20',
  ),
  company('叶公', '影视传媒有限公司', nanpu, '2019-09-09'),
  company('郑履', '鞋业有限公司', shiqiao, '2016-10-24'),
  company('滥竽', '乐器有限公司', nanpu, '2018-03-13'),
  company('买椟', '珠宝有限公司', city, '2017-12-05'),
  company('掩铃', '安防设备有限公司', city, '2020-02-29'),
  company('亡羊', '畜牧有限公司', qinghe, '2015-03-30'),
  company('画蛇', '广告有限公司', nanpu, '2019-06-18'),
  company('狐威', '保安服务有限公司', city, '2014-07-21'),
  gone(company('朝三', '电子商务有限公司', city, '2021-09-15'), '吊销'),
  company('惊弓', '体育用品有限公司', shiqiao, '2018-11-02'),
  company('南辕', '物流有限公司', city, '2013-01-25'),
  company('班门', '装饰工程有限公司', nanpu, '2016-06-06'),
  company('庖丁', '肉类加工有限公司', liuxi, '2010-03-19'),
  company('完璧', '玻璃有限公司', shiqiao, '2009-08-28'),
  company('负荆', '化工有限公司', qinghe, '2012-12-12'),
  company('囊萤', '照明有限公司', shiqiao, '2017-07-03'),
  company('铁杵', '机械制造有限公司', city, '2006-09-18'),
  company('破釜', '炊具有限公司', liuxi, '2015-05-05'),
  renamed(company('卧薪', '服饰有限公司', nanpu, '2018-04-23'), '汝宁市尝胆服装有限公司', '2026-01-15'),
  company('闻鸡', '教育咨询有限公司', city, '2020-10-20'),
  shop('对牛', '乐器行', nanpu, '2019-01-08'),
  shop('流水', '五金经营部', qinghe, '2017-05-16'),
  shop('悬梁', '文具店', liuxi, '2021-03-03'),
  shop('纸鸢', '玩具商行', shiqiao, '2022-06-01'),
  cooperative('程门', '种植专业合作社', qinghe, '2013-04-08'),
  cooperative('高山', '茶叶专业合作社', shiqiao, '2016-09-27'),
]

/** Invented persons; no division begins with 4198, so nobody bears these numbers. */
export const persons: Person[] = [
  { name: '周示例', idBody: '41980219820315101' },
  { name: '吴样本', idBody: '41982119750928004' },
  { name: '郑演示', idBody: '41982219900611203' },
  { name: '王拟名', idBody: '41980019681102307' },
]
