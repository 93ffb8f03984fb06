import {
  anybody,
  type Edition,
  type Party,
  type ReportGroup,
  type SearchOutcome,
  type StatedListing,
  type StatedSubject,
} from '../statement.ts'

/** Words that documents use, Chinese first and English beside. Pure. */

export const outcomeWords: Readonly<Record<SearchOutcome, { zh: string; en: string; colour: string }>> = {
  LISTED: { zh: '列入名单', en: 'LISTED', colour: '#a3211b' },
  NOT_LISTED: { zh: '未列入名单', en: 'NOT LISTED', colour: '#1f6b45' },
  NO_RECORD: { zh: '未查到记录', en: 'NO RECORD', colour: '#1f6b45' },
}

export const groupWords: Readonly<Record<ReportGroup, string>> = {
  BASIC: '基础信息 Basic information',
  LICENCE: '行政管理 · 行政许可 Licences',
  PENALTY: '行政管理 · 行政处罚 Penalties',
  TRUSTWORTHY: '诚实守信 · 守信激励对象名单（红名单）Trustworthy',
  ATTENTION: '重点关注名单 Key attention',
  DISHONESTY: '严重失信主体名单（黑名单）及失信惩戒对象 Serious dishonesty',
  PLEDGE: '信用承诺 Credit pledges',
  OTHER: '其他 Others',
}

export const editionWords: Readonly<Record<Edition, string>> = {
  PUBLIC: '公开版 Public edition',
  DEPARTMENT: '部门版（仅供本部门履行职责使用）Department edition',
}

const shanghaiMoment = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
})

/** `2026-11-25 08:00:00（北京时间）` of an ISO moment. */
export const momentText = (moment: string): string =>
  `${shanghaiMoment.format(new Date(moment))}（北京时间 UTC+8）`
export const dayOfMoment = (moment: string): string => momentText(moment).slice(0, 10)

export const partyText = ({ code, name }: Party): string =>
  code === anybody.code ? `${name} the public` : `${name}（${code}）`

export const subjectName = ({ name, name_from }: StatedSubject): string =>
  name === null
    ? '（未提供 not given）'
    : name_from === 'RECORDS'
      ? name
      : `${name}（查询单位提供，未经核实 as given by the asker）`

export const subjectNumber = ({ uscc, number_ends }: StatedSubject): string =>
  uscc ?? (number_ends === null ? '' : `证件号码尾号 ${number_ends} (number ends in ${number_ends})`)

export function listingSpan({ listed_on, ends_on }: StatedListing): string {
  return ends_on === null ? `${listed_on} 起，至移出为止 until removed` : `${listed_on} 至 ${ends_on}`
}
