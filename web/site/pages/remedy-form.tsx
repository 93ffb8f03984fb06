import type { ReactNode } from 'react'
import type { DisputableRecord, RemedyKind } from '../answers.ts'
import { Fault, type Page, type PageAnswer, type PageRequest, privatePage } from '../page.ts'
import { missingPage } from './fault.tsx'

const most = { name: 50, contact: 100, grounds: 2_000 }
type FieldName = keyof typeof most | 'consent' | 'pledge'
type Faults = Partial<Record<FieldName, string>>

/** One application about one published record: works without scripts, tells faults beside the fields, keeps what was typed. */
export const applyPage: Page = async (request) => {
  const { query, form } = request
  const kind: RemedyKind = query.get('kind') === 'REPAIR' ? 'REPAIR' : 'OBJECTION'
  const [uscc, reference] = [query.get('uscc') ?? '', query.get('record') ?? '']
  const { record } = await request.ask('DisputableRecord', { uscc, reference })
  if (record === null) return missingPage(request)
  const about = { kind, uscc, reference, record }
  if (form === null) return formPage(request, about, {}, null)
  const faults = faultsOf(request, kind, form)
  if (Object.keys(faults).length > 0) return formPage(request, about, faults, null)
  try {
    const { applyForRemedy } = await request.ask('ApplyForRemedy', {
      applicationId: form.get('applicationId') ?? '',
      kind,
      uscc,
      reference,
      name: form.get('name') ?? '',
      contact: form.get('contact') ?? '',
      relation: form.get('relation') === 'AGENT' ? 'AGENT' : 'SUBJECT',
      grounds: form.get('grounds') ?? '',
      pledged: form.has('pledge'),
    })
    return receiptPage(request, applyForRemedy)
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'INTERNAL') throw error
    return formPage(request, about, {}, error)
  }
}

type About = { kind: RemedyKind; uscc: string; reference: string; record: DisputableRecord }

function faultsOf({ t }: PageRequest, kind: RemedyKind, form: URLSearchParams): Faults {
  const faults: Faults = {}
  for (const name of ['name', 'contact', 'grounds'] as const) {
    const { length } = form.get(name)?.trim() ?? ''
    if (length === 0) faults[name] = t('请填写', 'Please fill this in')
    else if (length > most[name])
      faults[name] = t(`不得超过 ${most[name]} 字`, `At most ${most[name]} characters`)
  }
  if (/\d{15}/.test((form.get('grounds') ?? '').replace(/[\s-]/g, '')))
    faults.grounds = t('请勿填写身份证件号码', 'Please give no identity numbers')
  if (!form.has('consent')) faults.consent = t('须同意后提交', 'Needed to go on')
  if (kind === 'REPAIR' && !form.has('pledge'))
    faults.pledge = t('申请修复须作出承诺', 'A repair needs the pledge')
  return faults
}

function formPage(request: PageRequest, about: About, faults: Faults, refused: Fault | null): PageAnswer {
  const { t, link, form } = request
  const { kind, uscc, reference, record } = about
  const title = kind === 'REPAIR' ? t('申请信用修复', 'Application for repair') : t('提出异议', 'Objection')
  const isFaulty = refused !== null || Object.keys(faults).length > 0
  const kept = (name: string) => form?.get(name) ?? ''
  return privatePage(
    isFaulty ? t(`有误：${title}`, `Please correct: ${title}`) : title,
    <>
      <h1>{title}</h1>
      {isFaulty && (
        <div className="fault-box" role="alert">
          {refused === null
            ? t('请更正下列标出的内容。', 'Please correct what is marked below.')
            : refused.message}
        </div>
      )}
      <section className="card" aria-labelledby="about-head">
        <h2 id="about-head">{record.name}</h2>
        <p>
          {record.datasetName} · {record.documentNo ?? t('无文号', 'no document number')} · {record.day}
        </p>
        <p className="source">
          {t('数据来源：', 'Source: ')}
          {record.source.name}
          {kind === 'REPAIR' && t('（由其决定：谁认定、谁修复）', ' (which decides)')}
        </p>
      </section>
      <form className="application" action={link('/apply', { kind, uscc, record: reference })} method="post">
        <input type="hidden" name="applicationId" value={kept('applicationId') || crypto.randomUUID()} />
        <Entry name="name" label={t('联系人', 'Whom to ask for')} fault={faults.name}>
          {(attributes) => (
            <input
              {...attributes}
              defaultValue={kept('name')}
              maxLength={most.name}
              autoComplete="name"
              required
            />
          )}
        </Entry>
        <Entry name="contact" label={t('电话或电子邮箱', 'Telephone or e-mail')} fault={faults.contact}>
          {(attributes) => (
            <input {...attributes} defaultValue={kept('contact')} maxLength={most.contact} required />
          )}
        </Entry>
        <fieldset>
          <legend>{t('申请人', 'The applicant is')}</legend>
          <label>
            <input
              type="radio"
              name="relation"
              value="SUBJECT"
              defaultChecked={kept('relation') !== 'AGENT'}
            />{' '}
            {t('该单位', 'the organisation')}
          </label>
          <label>
            <input type="radio" name="relation" value="AGENT" defaultChecked={kept('relation') === 'AGENT'} />{' '}
            {t('受委托的代理人', 'somebody authorised by it')}
          </label>
        </fieldset>
        <Entry
          name="grounds"
          label={
            kind === 'REPAIR'
              ? t('已经纠正和履行的情况', 'What was put right and performed')
              : t('理由：哪里有误，应当是什么', 'What is wrong, and what would be right')
          }
          fault={faults.grounds}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              defaultValue={kept('grounds')}
              maxLength={most.grounds}
              rows={6}
              required
            />
          )}
        </Entry>
        {kind === 'REPAIR' && (
          <Consent
            name="pledge"
            isGiven={form?.has('pledge') ?? false}
            fault={faults.pledge}
            text={t(
              '信用承诺：所提交材料真实、合法、有效，相关义务已经履行，失信行为已经纠正；承诺不实的，依法承担责任并接受失信惩戒。',
              'Pledge: the material is true and lawful, the duties were performed and the conduct was put right; whoever pledges falsely is liable and will be listed for it.',
            )}
          />
        )}
        <Consent
          name="consent"
          isGiven={form?.has('consent') ?? false}
          fault={faults.consent}
          text={t(
            '同意为办理本申请处理联系人和联系方式：加密保存，只有办理部门可以看到，不予公开。',
            'I agree that name and contact are processed to deal with this application: they are kept encrypted, seen only by the departments that deal with it, and never published.',
          )}
        />
        <p>
          {t(
            '受理时办理部门将核实申请人身份；冒用他人名义申请的，依法承担责任。',
            'Before acceptance the department verifies who applies; applying in the name of another is punishable.',
          )}
        </p>
        <button type="submit">{t('提交', 'Send')}</button>
      </form>
    </>,
    refused === null ? (isFaulty ? 422 : 200) : refused.code === 'RATE_LIMITED' ? 429 : 409,
  )
}

type Attributes = { id: string; name: string; 'aria-invalid'?: true; 'aria-describedby'?: string }
type EntryProps = {
  name: string
  label: string
  fault: string | undefined
  children(attributes: Attributes): ReactNode
}

function Entry({ name, label, fault, children }: EntryProps) {
  const id = `entry-${name}`
  return (
    <div className="entry">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        name,
        ...(fault === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-fault` }),
      })}
      {fault !== undefined && (
        <p className="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  )
}

type ConsentProps = { name: string; text: string; isGiven: boolean; fault: string | undefined }

function Consent({ name, text, isGiven, fault }: ConsentProps) {
  return (
    <div className="entry">
      <label>
        <input
          type="checkbox"
          name={name}
          value="yes"
          defaultChecked={isGiven}
          required
          aria-describedby={fault === undefined ? undefined : `${name}-fault`}
        />{' '}
        {text}
      </label>
      {fault !== undefined && (
        <p className="fault" id={`${name}-fault`}>
          {fault}
        </p>
      )}
    </div>
  )
}

function receiptPage(request: PageRequest, receipt: { code: string; openedOn: string }): PageAnswer {
  const { t, link } = request
  const title = t('已经收到', 'Received')
  return privatePage(
    title,
    <section className="notice" role="status">
      <h1>{title}</h1>
      <p>
        {t(
          '请保存案件编号，凭此查询进度、提交材料：',
          'Keep the code of the case: with it you follow the case and hand in documents.',
        )}
      </p>
      <p className="case-code">
        <code>{receipt.code}</code>
      </p>
      <p>{t(`收件日期：${receipt.openedOn}`, `Received on ${receipt.openedOn}`)}</p>
      <p>
        <a href={link('/progress')}>{t('查询办理进度', 'Follow the case')}</a>
      </p>
    </section>,
  )
}
