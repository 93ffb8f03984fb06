import type { RunningServer } from '../../gateway/server.ts'
import { addMonths, legalDay } from '../../src/kernel/clock.ts'
import { addCalendarDays } from '../../src/kernel/working-days.ts'
import { limits } from '../../src/limits.ts'
import type { TestDepartment } from './department.ts'
import { TestExchange } from './exchange.ts'
import { foundingKinds, importFoundingCatalogue } from './founding-catalogue.ts'
import { inventedUscc, qualityRow } from './quality-rows.ts'

/** An exchange with what the public may read, and beside each of it something that it may not. */

export const today = legalDay(new Date())
export const ago = (days: number) => addCalendarDays(today, -days)

/** In every field that is shared with departments alone, and in every name that only they know. */
export const secret = '内部机密'

/** Invented; its check character is right. */
export const personNumber = '419802198203151018'
export const personName = '周示例'

type Row = Record<string, string>
const byAic = {
  CF_CFJG: '汝宁市工商行政管理局',
  CF_CFJGDM: '11419800MADEM90403',
  CF_SJLY: '汝宁市工商行政管理局',
  CF_SJLYDM: '11419800MADEM90403',
}

export function penalty(n: number, change: Row = {}): Row {
  return {
    CF_XDR_MC: `汝宁市虚构${n}号食品有限公司`,
    CF_XDR_LB: '法人及非法人组织',
    CF_XDR_SHXYM: inventedUscc(n),
    CF_FRDB: '孙演示',
    CF_WSH: `汝工商处罚〔2026〕${n}号`,
    CF_WFXW: '发布虚假广告',
    CF_SY: '经查，当事人发布与实际不符的广告。',
    CF_YJ: '《中华人民共和国广告法》第五十五条第一款',
    CF_CFLB: '罚款',
    CF_NR: '罚款30000元。',
    CF_NR_FK: '3',
    CF_JDRQ: ago(30),
    CF_YXQ: '2099-12-31',
    procedure: '普通程序',
    BZ: `${secret}备注`,
    ...byAic,
    ...change,
  }
}

export function personPenalty(change: Row = {}): Row {
  const { CF_XDR_SHXYM: _, CF_FRDB: __, ...row } = penalty(900)
  return {
    ...row,
    CF_XDR_MC: personName,
    CF_XDR_LB: '自然人',
    CF_XDR_ZJLX: '身份证',
    CF_XDR_ZJHM: personNumber,
    minorRemedied: '否',
    ...change,
  }
}

export function personListing(change: Row = {}): Row {
  return {
    name: personName,
    certificateKind: '身份证',
    certificateNo: personNumber,
    reason: '无照经营屡次处罚后仍继续。',
    decisionNo: '汝信惩〔2026〕4号',
    authority: '汝宁市发展和改革委员会',
    noticedOn: ago(200),
    listedOn: ago(100),
    endsOn: addMonths(today, 12),
    subjectKind: '自然人',
    field: '市场监管',
    grade: '一般',
    remarks: `${secret}说明`,
    ...change,
  }
}

const registration = (n: number, change: Row = {}): Row => ({
  name: `汝宁市虚构${n}号食品有限公司`,
  uscc: inventedUscc(n),
  entityType: '有限责任公司',
  status: '存续',
  establishedOn: '2012-03-08',
  approvedOn: '2012-03-08',
  operatesUntil: '2099-12-31',
  legalRepresentative: '孙演示',
  registeredCapital: '50',
  address: '汝宁市虚拟路10号',
  city: '汝宁',
  registrar: '汝宁市工商行政管理局',
  ...change,
})

const text = (name: string, label: string, disclosure: string, maxLength = 200) => ({
  name,
  label,
  labelEn: name,
  value: { type: 'TEXT', maxLength },
  required: disclosure === 'PUBLIC',
  disclosure,
})

/** The national table of licences, as far as it is needed. */
const licences = {
  code: 'AIC_LICENCES',
  department: 'AIC',
  listType: null,
  status: 'ACTIVE',
  definition: {
    name: '食品经营许可信息',
    nameEn: 'Food licences',
    format: '国家“双公示”行政许可数据表',
    subjectKinds: ['ORGANISATION'],
    nature: '行政许可信息',
    sharing: 'PUBLIC',
    coverage: '本市食品经营许可',
    updateCycle: '作出决定之日起七个工作日内',
    legalBasis: ['国办发〔2015〕51号'],
    fields: [
      text('XK_XDR_MC', '行政相对人名称', 'PUBLIC'),
      {
        name: 'XK_XDR_SHXYM',
        label: '统一社会信用代码',
        labelEn: 'Code',
        value: { type: 'IDENTIFIER', scheme: 'USCC' },
        required: true,
        disclosure: 'PUBLIC',
      },
      text('XK_WSH', '行政许可决定文书号', 'PUBLIC'),
      text('XK_NR', '许可内容', 'PUBLIC'),
      {
        name: 'XK_JDRQ',
        label: '许可决定日期',
        labelEn: 'Decided on',
        value: { type: 'DATE' },
        required: true,
        disclosure: 'PUBLIC',
      },
      text('XK_XKJG', '许可机关', 'PUBLIC'),
      text('BZ', '备注', 'GOV_SHARED'),
    ],
    sourceKey: ['XK_WSH'],
    subject: { name: 'XK_XDR_MC', uscc: 'XK_XDR_SHXYM' },
  },
}

const licence = (n: number): Row => ({
  XK_XDR_MC: `汝宁市虚构${n}号食品有限公司`,
  XK_XDR_SHXYM: inventedUscc(n),
  XK_WSH: `汝食许〔2026〕${n}号`,
  XK_NR: '+1 预包装食品销售',
  XK_JDRQ: ago(20),
  XK_XKJG: '汝宁市工商行政管理局',
  BZ: `${secret}许可备注`,
})

export type PublicCity = AsyncDisposable & {
  exchange: TestExchange
  server: RunningServer
  departments: Record<'NDRC' | 'PBOC' | 'QTS' | 'AIC', TestDepartment>
  submit(dataset: string, rows: readonly Row[]): Promise<void>
}

const submitText = `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) {
  ... on SubmitRecordsSuccess { batch { accepted unchanged rejected held problems { field code message } } } ... on Refusal { code message } } }`

export async function publicCity(): Promise<PublicCity> {
  const exchange = await TestExchange.start()
  const server = await exchange.replica()
  const register = (code: keyof typeof foundingKinds) =>
    exchange.department(server, code, { kind: foundingKinds[code] })
  const departments = {
    NDRC: await register('NDRC'),
    PBOC: await register('PBOC'),
    QTS: await register('QTS'),
    AIC: await register('AIC'),
  }
  await importFoundingCatalogue(exchange)
  await exchange.importCatalogue({ datasets: [licences] })
  // As if the datasets were in the exchange for long, so that clocks run.
  await exchange.database.pool.query(`UPDATE dataset SET created_at = '2026-01-01T00:00:00Z'`)
  // What a replica read of the catalogue before counts for so long, for departments and for the public.
  await new Promise((resolve) => setTimeout(resolve, limits.catalogueCacheTtl))
  let batches = 0
  const submit: PublicCity['submit'] = async (dataset, records) => {
    batches += 1
    const owner = Object.entries(departments).find(([code]) => dataset.startsWith(code))?.[1]
    if (!owner) throw new RangeError(`no department for ${dataset}`)
    const input = { dataset, batchId: `public-${batches}`, records }
    const answer = await owner.query(server.url, submitText, { input })
    if (!answer.body.includes(`"accepted":${records.length},`)) throw new TypeError(answer.body)
  }
  return {
    exchange,
    server,
    departments,
    submit,
    [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose](),
  }
}

/**
 * Enterprise 1: basic information, a late case, an advertising penalty, a licence, and a list of dishonesty. 2: trustworthy,
 * and a penalty whose publication is over. 3: jointly punished, and a warning that is not shown. 4: known to the central
 * bank alone. A person: a case, a penalty that is no case, and an entry on a list.
 */
export async function fillPublicCity({ submit }: PublicCity): Promise<void> {
  await submit('AIC_REGISTRATION', [registration(1), registration(2), registration(3)])
  await submit('AIC_PENALTIES', [
    penalty(1, {
      CF_WSH: '汝工商处罚〔2026〕101号',
      CF_WFXW: '侵犯注册商标专用权',
      CF_SY: `经查，当事人（负责人身份证号${personNumber}，电话13800138000）销售假冒他人注册商标的商品。`,
      CF_JDRQ: ago(60),
    }),
    penalty(1),
    penalty(2, { CF_JDRQ: ago(400) }),
    penalty(3, { CF_CFLB: '警告', CF_NR: '警告。', CF_NR_FK: '' }),
    personPenalty({ CF_WSH: '汝工商处罚〔2026〕901号', CF_WFXW: '销售假冒注册商标的商品' }),
    personPenalty({ CF_WSH: '汝工商处罚〔2026〕902号', CF_WFXW: '无照经营' }),
  ])
  await submit('AIC_LICENCES', [licence(1)])
  await submit('PBOC_PENALTIES', [
    penalty(1, { CF_WSH: `${secret}文号1`, CF_SY: `${secret}事实`, businessArea: '支付结算' }),
    penalty(4, { CF_XDR_MC: `${secret}支付有限公司`, businessArea: '支付结算' }),
  ])
  await submit('QTS_DISHONEST', [
    qualityRow(1, { responsiblePersons: `${secret}张某`, remarks: `${secret}说明` }),
  ])
  const { grade: _, noticedOn: __, ...praised } = qualityRow(2)
  await submit('QTS_TRUSTWORTHY', [
    {
      ...praised,
      decisionNo: '汝质监守信〔2026〕1号',
      reason: '连续三年监督抽查合格。',
      qualityGrade: 'A',
      publicisedOn: '2026-02-01',
      remarks: `${secret}说明`,
    },
  ])
  await submit('NDRC_JOINT_PUNISHMENT', [
    personListing(),
    personListing({
      name: '汝宁市虚构3号食品有限公司',
      subjectKind: '法人及非法人组织',
      certificateKind: '',
      certificateNo: '',
      uscc: inventedUscc(3),
      legalRepresentative: '孙演示',
      decisionNo: '汝信惩〔2026〕5号',
      reason: '串通投标。',
    }),
  ])
}

export type PublicReply = { status: number; headers: Headers; text: string; json: PublicJson }
export type PublicJson = {
  data?: Record<string, unknown> | null
  errors?: { message: string; extensions?: Record<string, unknown> }[]
}

/** As anybody asks, over the network. */
export async function ask(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<PublicReply> {
  return readReply(
    await fetch(`${url}/public/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    }),
  )
}

export async function readReply(response: Response): Promise<PublicReply> {
  const text = await response.text()
  const json: PublicJson = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: response.status, headers: response.headers, text, json }
}

export const faultOf = ({ json }: PublicReply) => json.errors?.[0]?.extensions?.code ?? null
