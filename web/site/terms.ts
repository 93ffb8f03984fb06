import type { ListNature, SubjectGroup } from './answers.ts'

/** Official terms with the popular ones in brackets, since 2020 as the national site has them. */

export type Term = readonly [zh: string, en: string]

export const natureTerms: Readonly<Record<ListNature, Term>> = {
  SERIOUS_DISHONESTY: ['严重失信主体名单（黑名单）', 'Serious dishonesty (blacklist)'],
  JOINT_PUNISHMENT: ['失信联合惩戒对象名单', 'Joint punishment'],
  TRUSTWORTHY: ['守信激励对象名单（红名单）', 'Trustworthy (red list)'],
  KEY_ATTENTION: ['重点关注名单', 'Key attention'],
}

export const groupTerms: Readonly<Record<SubjectGroup, Term>> = {
  LICENCES: ['行政许可', 'Licences'],
  PENALTIES: ['行政处罚', 'Penalties'],
  TRUSTWORTHY: ['诚实守信', 'Trustworthy'],
  KEY_ATTENTION: ['重点关注', 'Key attention'],
  SERIOUS_DISHONESTY: ['严重失信', 'Serious dishonesty'],
}

/** Segment of an address for each group of a subject. */
export const groupSegments: Readonly<Record<SubjectGroup, string>> = {
  LICENCES: 'licences',
  PENALTIES: 'penalties',
  TRUSTWORTHY: 'trustworthy',
  KEY_ATTENTION: 'attention',
  SERIOUS_DISHONESTY: 'dishonesty',
}

export const departmentKindTerms: Readonly<Record<string, Term>> = {
  DEVELOPMENT_REFORM: ['发展改革', 'Development and reform'],
  CENTRAL_BANK: ['人民银行', 'Central bank'],
  QUALITY_SUPERVISION: ['质量监督', 'Quality supervision'],
  INDUSTRY_COMMERCE: ['工商行政管理', 'Industry and commerce'],
  MARKET_REGULATION: ['市场监管', 'Market regulation'],
  FINANCE: ['财政', 'Finance'],
  INDUSTRY_INFORMATION: ['工业和信息化', 'Industry and information technology'],
  SCIENCE_TECHNOLOGY: ['科技', 'Science and technology'],
  HUMAN_RESOURCES: ['人力资源和社会保障', 'Human resources and social security'],
  AGRICULTURE: ['农业农村', 'Agriculture'],
  HOUSING_CONSTRUCTION: ['住房和城乡建设', 'Housing and construction'],
  NATURAL_RESOURCES: ['自然资源', 'Natural resources'],
  TRANSPORT: ['交通运输', 'Transport'],
  WATER: ['水利', 'Water'],
  PUBLIC_RESOURCE_TRADING: ['公共资源交易', 'Public resource trading'],
  FOOD_DRUG: ['食品药品监管', 'Food and drugs'],
  CULTURE: ['文化和旅游', 'Culture and tourism'],
  COURT: ['人民法院', 'Courts'],
  FINANCIAL_REGULATION: ['金融监管', 'Financial regulation'],
  LOCAL_FINANCE: ['地方金融', 'Local finance'],
  STATE_ASSETS: ['国有资产监管', 'State assets'],
  TAX: ['税务', 'Taxation'],
  INTELLECTUAL_PROPERTY: ['知识产权', 'Intellectual property'],
}

/** The exchange tables write 2099-12-31 where no end is set. */
export const longTerm = '2099-12-31'
