import type { Case } from '../answers.ts'
import { type Page, type PageRequest, page } from '../page.ts'
import { dayText, Empty, FilterForm, filtersOf, Marks, Pager, SubjectLink } from '../parts.tsx'

/** 侵权假冒案件公开数据库: what 国发〔2014〕6号 has published of each case, and in which time. */
export const casesPage: Page = async (request) => {
  const { t } = request
  const filters = filtersOf(request)
  const [{ divisions }, { departments }, { cases, caseRules }] = await Promise.all([
    request.ask('Lists', {}),
    request.ask('Departments', {}),
    request.ask('Cases', { ...filters, after: request.query.get('after') }),
  ])
  const title = t('侵权假冒案件公开数据库', 'Cases of infringement and counterfeiting')
  return page(
    title,
    <>
      <h1>{title}</h1>
      <FilterForm request={request} path="/cases" divisions={divisions} departments={departments} />
      <p role="status">{t(`共 ${cases.totalCount} 件`, `${cases.totalCount} case(s)`)}</p>
      {cases.edges.length === 0 && (
        <Empty>{t('没有符合条件的、正在公示的案件。', 'No such case is published now.')}</Empty>
      )}
      <ul className="results">
        {cases.edges.map(({ node }) => (
          <li key={`${node.uscc}${node.documentNo}`} className="card">
            <CaseEntry request={request} of={node} />
          </li>
        ))}
      </ul>
      <Pager request={request} path="/cases" filters={filters} pageInfo={cases.pageInfo} />
      <section aria-labelledby="rules">
        <h2 id="rules">{t('公开什么，何时公开', 'What is published, and when')}</h2>
        {caseRules.days !== null && (
          <p>
            {caseRules.unit === 'WORKING_DAY'
              ? t(
                  `自作出决定之日起 ${caseRules.days} 个工作日内公开。`,
                  `Within ${caseRules.days} working days of the decision.`,
                )
              : t(
                  `自作出决定之日起 ${caseRules.days} 日内公开。`,
                  `Within ${caseRules.days} days of the decision.`,
                )}
          </p>
        )}
        <h3>{t('公开内容', 'Contents')}</h3>
        <Lines of={caseRules.contents} />
        <h3>{t('不予公开', 'Exceptions')}</h3>
        <Lines of={caseRules.exceptions} />
        <h3>{t('依据', 'Legal basis')}</h3>
        <Lines of={caseRules.legalBasis} />
      </section>
    </>,
  )
}

const Lines = ({ of }: { of: readonly string[] }) => (
  <ul>
    {of.map((line) => (
      <li key={line}>{line}</li>
    ))}
  </ul>
)

function CaseEntry({ request, of }: { request: PageRequest; of: Case }) {
  const { t } = request
  const million = (amount: string | null) =>
    amount === null ? null : t(`${amount} 万元`, `${amount} × 10,000 yuan`)
  const facts: [string, string | null][] = [
    [t('决定书文号', 'Document number'), of.documentNo],
    [t('统一社会信用代码', 'Unified social credit code'), of.uscc],
    [t('法定代表人', 'Legal representative'), of.legalRepresentative],
    [t('违法行为', 'Violation'), of.violation],
    [t('主要违法事实', 'Main facts'), of.facts],
    [t('处罚种类', 'Kinds of penalty'), of.penaltyKinds],
    [t('处罚依据', 'Basis'), of.basis],
    [t('履行方式和期限', 'Penalty, manner and time of performance'), of.penalty],
    [t('罚款', 'Fine'), million(of.fine)],
    [t('没收', 'Confiscated'), million(of.confiscated)],
    [t('决定机关', 'Organ'), of.organ],
    [t('决定日期', 'Decided on'), of.decidedOn],
  ]
  return (
    <>
      <h2>
        <SubjectLink request={request} of={of} /> <Marks request={request} of={of} />
      </h2>
      <Clock request={request} of={of} />
      <dl className="facts">
        {facts.map(([name, value]) =>
          value === null || value === '' ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {of.publicationEndsOn !== null && (
        <p className="source">
          {t(`公示截止：${of.publicationEndsOn}`, `Published until ${of.publicationEndsOn}`)}
        </p>
      )}
    </>
  )
}

function Clock({ request, of: { publication } }: { request: PageRequest; of: Case }) {
  const { t } = request
  const due = `${dayText(request, publication.dueOn)}${publication.provisional ? t('（暂定）', ' (provisional)') : ''}`
  const published = t(`${publication.publishedOn} 公开`, `published ${publication.publishedOn}`)
  switch (publication.status) {
    case 'ON_TIME':
      return (
        <p className="tag tag-good">
          {t(`按期公开：${published}，期限 ${due}`, `On time: ${published}, due ${due}`)}
        </p>
      )
    case 'LATE':
      return (
        <p className="tag tag-bad">
          {t(`逾期公开：${published}，期限 ${due}`, `Late: ${published}, due ${due}`)}
        </p>
      )
    case 'BACKLOG':
      return (
        <p className="tag">
          {t(
            `存量案件，不计期限：${published}`,
            `Decided before the exchange took cases; no clock ran: ${published}`,
          )}
        </p>
      )
  }
}
