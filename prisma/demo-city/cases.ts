/** What the departments of 汝宁市 know: who, when and which of the stories below. Order gives the document numbers. */

export type Penalty = {
  violation: string
  facts: string
  basis: string
  kinds: string
  content: string
  /** 万元. */
  fine?: string
  confiscated?: string
  licence?: string
  /** Only for the central bank. */
  area?: string
}

const marketPenalties = {
  falseAdvertising: {
    violation: '发布虚假广告',
    facts: '在店堂和网店发布与实际不符的功效宣传。',
    basis: '《中华人民共和国广告法》第五十五条第一款',
    kinds: '罚款',
    content: '罚款30000元。',
    fine: '3',
  },
  trademark: {
    violation: '侵犯注册商标专用权',
    facts: '销售假冒他人注册商标的商品，违法经营额1.2万元。',
    basis: '《中华人民共和国商标法》第六十条第二款',
    kinds: '罚款；没收非法财物',
    content: '没收侵权商品，罚款24000元。',
    fine: '2.4',
    confiscated: '1.2',
  },
  adulterated: {
    violation: '在产品中以次充好',
    facts: '以不合格品冒充合格品销售，货值金额5000元。',
    basis: '《中华人民共和国产品质量法》第五十条',
    kinds: '罚款；没收违法所得',
    content: '没收违法所得860元，罚款5000元。',
    fine: '0.5',
    confiscated: '0.086',
  },
  falseRegistration: {
    violation: '提交虚假材料取得登记',
    facts: '提交虚假的住所证明取得变更登记，情节严重。',
    basis: '《中华人民共和国市场主体登记管理条例》第四十四条',
    kinds: '罚款；吊销营业执照',
    content: '罚款200000元，吊销营业执照。',
    fine: '20',
    licence: '营业执照（副本）',
  },
  consumer: {
    violation: '侵害消费者权益',
    facts: '收取预付款后拖延退款，经责令改正拒不改正。',
    basis: '《中华人民共和国消费者权益保护法》第五十六条',
    kinds: '警告；罚款',
    content: '警告，罚款15000元。',
    fine: '1.5',
  },
  unlicensed: {
    violation: '无照经营',
    facts: '未取得营业执照从事经营活动，经责令停止后继续经营。',
    basis: '《无证无照经营查处办法》第十三条',
    kinds: '罚款；没收违法所得',
    content: '没收违法所得1200元，罚款2000元。',
    fine: '0.2',
    confiscated: '0.12',
  },
  warning: {
    violation: '未按规定公示经营信息',
    facts: '未在网店首页显著位置公示营业执照信息。',
    basis: '《中华人民共和国电子商务法》第七十六条',
    kinds: '警告',
    content: '警告，责令限期改正。',
  },
} satisfies Record<string, Penalty>

const bankPenalties = {
  badCheque: {
    violation: '签发空头支票',
    facts: '签发与账户可用余额不符的支票一张，票面金额40000元。',
    basis: '《票据管理实施办法》第三十一条',
    kinds: '罚款',
    content: '处以票面金额百分之五的罚款2000元。',
    fine: '0.2',
    area: '支付结算',
  },
  account: {
    violation: '出租、出借银行结算账户',
    facts: '将本单位银行结算账户出借他人使用。',
    basis: '《人民币银行结算账户管理办法》第六十五条',
    kinds: '警告；罚款',
    content: '警告，罚款10000元。',
    fine: '1',
    area: '支付结算',
  },
  creditEnquiry: {
    violation: '未经同意查询信用信息',
    facts: '未取得信息主体书面同意，查询其信用信息。',
    basis: '《征信业管理条例》第四十条',
    kinds: '罚款',
    content: '罚款60000元。',
    fine: '6',
    area: '征信管理',
  },
} satisfies Record<string, Penalty>

export type PenaltyCase = { to: string[]; on: string; penalty: Penalty }
const penalised = (on: string, penalty: Penalty, ...to: string[]): PenaltyCase => ({ to, on, penalty })

const { falseAdvertising, trademark, adulterated, falseRegistration, consumer, unlicensed, warning } =
  marketPenalties
const { badCheque, account, creditEnquiry } = bankPenalties

export const aicPenalties: PenaltyCase[] = [
  penalised('2023-02-14', trademark, '乌有'),
  penalised('2023-05-22', adulterated, '画饼'),
  penalised('2023-08-30', falseAdvertising, '蓬莱'),
  penalised('2023-11-16', warning, '朝三'),
  penalised('2024-01-25', falseRegistration, '守株'),
  penalised('2024-03-12', consumer, '桃源'),
  penalised('2024-05-08', trademark, '郑履', '流水'),
  penalised('2024-07-19', adulterated, '乌有'),
  penalised('2024-10-10', unlicensed, '周示例'),
  penalised('2025-01-09', falseAdvertising, '买椟'),
  penalised('2025-03-27', consumer, '闻鸡'),
  penalised('2025-06-05', falseRegistration, '蜃楼'),
  penalised('2025-08-21', trademark, '滥竽', '对牛', '吴样本'),
  penalised('2025-11-06', adulterated, '镜花'),
  penalised('2025-12-11', trademark, '卧薪'),
  penalised('2026-02-26', warning, '井蛙'),
  penalised('2026-04-15', falseAdvertising, '画蛇'),
  penalised('2026-10-13', consumer, '杯弓'),
]

export const pbocPenalties: PenaltyCase[] = [
  penalised('2023-04-18', badCheque, '乌有'),
  penalised('2023-09-26', account, '子虚'),
  penalised('2024-04-11', badCheque, '南辕'),
  penalised('2024-12-03', account, '蜃楼', '王拟名'),
  penalised('2025-05-20', creditEnquiry, '狐威'),
  penalised('2025-10-28', badCheque, '掩铃'),
  penalised('2026-03-17', account, '朝三'),
  penalised('2026-09-08', badCheque, '班门'),
]

export type ListedCase = {
  to: string
  on: string
  reason: string
  /** Without it: the term of the list type, or until it exits. */
  endsOn?: string
  exit?: string
  grade?: '一般' | '严重'
  /** Field of dishonesty, product, or ground of the law, as the list asks for it. */
  about: string
}
const listed = (
  to: string,
  on: string,
  about: string,
  reason: string,
  more: Pick<ListedCase, 'endsOn' | 'exit' | 'grade'> = {},
): ListedCase => ({ to, on, about, reason, ...more })

const severe = { grade: '严重' } as const
const ordinary = { grade: '一般' } as const

export const jointPunishment: ListedCase[] = [
  listed('乌有', '2024-08-20', '产品质量', '多次生产销售不合格建材，被两次处罚后仍不改正。', {
    ...severe,
    endsOn: '2027-08-19',
  }),
  listed('蜃楼', '2025-07-15', '工程建设', '以虚假材料取得登记并骗取商品房预售许可。', severe),
  listed('子虚', '2023-10-19', '商贸流通', '出借账户并拒不履行处罚决定。', {
    ...ordinary,
    endsOn: '2025-10-18',
  }),
  listed('守株', '2024-02-28', '农资', '经营假种子、假化肥，造成农户减产。', {
    ...severe,
    endsOn: '2027-02-27',
  }),
  listed('精卫', '2023-06-07', '工程建设', '串通投标。', { ...severe, endsOn: '2026-06-06' }),
  listed('狐威', '2025-06-18', '劳动保障', '拖欠职工工资，经责令支付逾期不付。', severe),
  listed('朝三', '2026-04-09', '电子商务', '收款后不发货并失联。', { ...ordinary, endsOn: '2027-04-08' }),
  listed('南辕', '2024-05-30', '交通运输', '严重超限运输且拒不接受处理。', {
    ...ordinary,
    endsOn: '2026-05-29',
  }),
  listed('滥竽', '2025-09-25', '知识产权', '故意侵犯注册商标专用权。', severe),
  listed('负荆', '2023-03-15', '环境保护', '私设暗管排放污水。', { ...severe, endsOn: '2026-03-14' }),
  listed('周示例', '2024-11-21', '市场监管', '无照经营屡次处罚后仍继续。', {
    ...ordinary,
    endsOn: '2025-11-20',
  }),
  listed('郑演示', '2025-04-24', '劳动保障', '拖欠农民工工资后隐匿财产。', severe),
  listed('吴样本', '2025-10-23', '知识产权', '组织销售假冒注册商标的商品。', severe),
]

export const seriousDishonesty: ListedCase[] = [
  listed('乌有', '2024-08-01', '', '生产销售不合格建材，被从重处以罚款。'),
  listed('守株', '2024-02-08', '', '提交虚假材料取得登记，被吊销营业执照。'),
  listed('蜃楼', '2025-06-20', '', '提交虚假材料取得登记，情节严重。'),
  listed('蓬莱', '2023-09-18', '', '发布涉及健康的虚假广告，造成严重后果。'),
  listed('画饼', '2023-06-06', '', '生产销售不符合食品安全标准的食品。', {
    endsOn: '2024-12-09',
    exit: '满一年，已履行处罚义务并消除危害，提前移出。',
  }),
  listed('郑履', '2024-05-24', '', '故意侵犯知识产权。', {
    endsOn: '2025-08-15',
    exit: '满一年，已履行处罚义务并消除危害，提前移出。',
  }),
  listed('滥竽', '2025-09-05', '', '故意侵犯知识产权。'),
  listed('流水', '2024-05-24', '', '故意侵犯知识产权。'),
]

const annualReport = '未按期公示年度报告'
const unreachable = '通过登记的住所或者经营场所无法联系'
const concealed = '公示信息隐瞒真实情况、弄虚作假'

export const abnormalOperations: ListedCase[] = [
  listed('子虚', '2023-07-10', annualReport, '未公示2022年度报告。'),
  listed('烂柯', '2023-07-10', annualReport, '未公示2022年度报告。', {
    endsOn: '2023-10-16',
    exit: '已补报年度报告。',
  }),
  listed('缘木', '2024-03-04', unreachable, '专用信函两次退回。'),
  listed('惊弓', '2024-07-09', annualReport, '未公示2023年度报告。', {
    endsOn: '2025-02-11',
    exit: '已补报年度报告。',
  }),
  listed('叶公', '2024-11-12', concealed, '公示的网站信息与实际不符。'),
  listed('亡羊', '2025-07-08', annualReport, '未公示2024年度报告。', {
    endsOn: '2025-09-03',
    exit: '已补报年度报告。',
  }),
  listed('悬梁', '2025-07-08', annualReport, '未公示2024年度报告。'),
  listed('朝三', '2025-12-02', unreachable, '现场核查查无下落。'),
  listed('破釜', '2026-07-09', annualReport, '未公示2025年度报告。'),
  listed('班门', '2026-09-22', unreachable, '现场核查查无下落。'),
]

export const qualityDishonest: ListedCase[] = [
  listed('乌有', '2023-03-20', '水泥', '监督抽查不合格，复查仍不合格。', {
    ...severe,
    endsOn: '2026-03-19',
  }),
  listed('镜花', '2025-12-04', '糕点', '以次充好，货值较大。', { ...ordinary, endsOn: '2026-12-03' }),
  listed('方壶', '2024-06-13', '塑料购物袋', '监督抽查厚度不合格且拒不整改。', {
    ...ordinary,
    endsOn: '2025-06-12',
  }),
  listed('刻舟', '2023-09-14', '五金配件', '伪造强制性产品认证标志。', {
    ...severe,
    endsOn: '2026-09-13',
  }),
  listed('掩铃', '2025-02-20', '防盗报警器', '未经强制性产品认证出厂销售。', severe),
  listed('破釜', '2026-05-11', '不锈钢炊具', '重金属析出量超标。', { ...ordinary, endsOn: '2027-05-10' }),
  listed('负荆', '2024-04-02', '清洗剂', '产品标签虚标成分含量。', { ...ordinary, endsOn: '2025-04-01' }),
  listed('纸鸢', '2026-06-25', '儿童玩具', '小零件脱落，不符合玩具安全标准。', {
    ...ordinary,
    endsOn: '2027-06-24',
  }),
]

export const qualityTrustworthy: ListedCase[] = [
  listed('铁杵', '2024-09-10', '农业机械', '连续五年监督抽查合格。', { endsOn: '2027-09-09' }),
  listed('完璧', '2025-09-12', '平板玻璃', '连续三年监督抽查合格。', { endsOn: '2028-09-11' }),
  listed('愚公', '2025-09-12', '路桥工程', '工程质量优良，无质量投诉。', { endsOn: '2028-09-11' }),
  listed('囊萤', '2023-09-08', '灯具', '连续三年监督抽查合格。', { endsOn: '2025-09-07' }),
  listed('镜花', '2023-09-08', '糕点', '连续三年监督抽查合格。', { endsOn: '2025-09-07' }),
  listed('黄粱', '2024-09-10', '小麦粉', '连续五年监督抽查合格。', { endsOn: '2027-09-09' }),
  listed('程门', '2026-09-11', '富硒大米', '按标准化生产并建立质量追溯。', { endsOn: '2029-09-10' }),
  listed('高山', '2026-09-11', '绿茶', '连续三年监督抽查合格。', { endsOn: '2029-09-10' }),
]
