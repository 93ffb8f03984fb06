import type { RemedyEventType, RemedyProgress } from '../answers.ts'
import { type Page, type PageRequest, privatePage } from '../page.ts'
import { Table } from '../parts.tsx'
import type { Term } from '../terms.ts'

const eventTerms: Readonly<Record<RemedyEventType, Term>> = {
  RECEIVED: ['已收件', 'Received'],
  ACCEPTED: ['已受理', 'Accepted'],
  REFUSED: ['不予受理', 'Refused'],
  SENT_TO_PROVIDER: ['转来源部门核实', 'Sent to the source department'],
  ANSWERED: ['来源部门已答复', 'Answered by the source department'],
  INSPECTION_BEGAN: ['检验、鉴定、专家评审开始', 'Inspection began'],
  INSPECTION_ENDED: ['检验、鉴定、专家评审结束', 'Inspection ended'],
  UPHELD: ['异议成立', 'Upheld'],
  REJECTED: ['异议不成立', 'Rejected'],
  GRANTED: ['准予修复', 'Granted'],
  DENIED: ['不予修复', 'Denied'],
  WITHDRAWN: ['已撤回', 'Withdrawn'],
  ESCALATED: ['超期督办', 'Overdue'],
}

/** The code is posted, so that it stands in no address, and the answer is the same for every code that is none. */
export const progressPage: Page = async (request) => {
  const { t, link, form } = request
  const progress =
    form === null
      ? undefined
      : (await request.ask('RemedyProgress', { code: form.get('code') ?? '' })).remedyProgress
  const title = t('办理进度', 'Progress of a case')
  return privatePage(
    title,
    <>
      <h1>{title}</h1>
      <form className="filters" action={link('/progress')} method="post" autoComplete="off">
        <label>
          {t('案件编号', 'Code of the case')}
          <input name="code" required maxLength={40} placeholder="XXXX-XXXX-XXXX-XXXX" />
        </label>
        <button type="submit">{t('查询', 'Look up')}</button>
      </form>
      {progress === null && (
        <p className="empty" role="status">
          {t('没有此编号的案件，请核对。', 'No case has this code: please check it.')}
        </p>
      )}
      {progress != null && <Progress request={request} of={progress} />}
    </>,
  )
}

function Progress({ request, of }: { request: PageRequest; of: RemedyProgress }) {
  const { t } = request
  const { present } = of
  return (
    <section role="status" aria-labelledby="case-head">
      <h2 id="case-head">
        {of.kind === 'REPAIR' ? t('信用修复', 'Repair') : t('异议', 'Objection')}：
        {t(...eventTerms[of.history.findLast(({ type }) => type !== 'ESCALATED')?.type ?? 'RECEIVED'])}
      </h2>
      {present !== null && (
        <div className="card">
          <p>
            {t('当前环节：', 'Now: ')}
            {present.name}
            {present.owedBy !== null && t(`，由${present.owedBy}办理`, `, by ${present.owedBy}`)}
          </p>
          <p>
            {present.dueOn === null
              ? t('检验、鉴定期间不计期限。', 'The clock stands still during the inspection.')
              : t(`应于 ${present.dueOn} 前完成`, `Due on ${present.dueOn}`)}
            {present.provisional && present.dueOn !== null && t('（暂定）', ' (may still move)')}
            {present.overdue && <span className="mark mark-disputed">{t('已超期', 'Overdue')}</span>}
          </p>
          <p className="source">{present.legalBasis.join('；')}</p>
        </div>
      )}
      <Table
        caption={t('经过', 'What happened')}
        rows={of.history}
        columns={[
          { head: t('日期', 'Day'), cell: ({ on }) => on },
          { head: t('事项', 'Event'), cell: ({ type }) => t(...eventTerms[type]) },
          { head: t('经办', 'By'), cell: ({ by }) => by ?? '—' },
          { head: t('理由', 'Reasons'), cell: ({ reasons }) => reasons ?? '—' },
        ]}
      />
    </section>
  )
}
