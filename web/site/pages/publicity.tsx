import type { PublicityEntry } from '../answers.ts'
import { type Page, type PageRequest, page } from '../page.ts'
import { Empty, FilterForm, filtersOf, Marks, Pager, SubjectLink } from '../parts.tsx'
import { longTerm } from '../terms.ts'

export const licencesPage: Page = (request) => publicityPage(request, 'LICENCE')
export const penaltiesPage: Page = (request) => publicityPage(request, 'PENALTY')

/** 双公示: decisions on licences and penalties, within seven working days of the decision. */
async function publicityPage(request: PageRequest, kind: 'LICENCE' | 'PENALTY') {
  const { t, link } = request
  const path = kind === 'LICENCE' ? '/publicity/licences' : '/publicity/penalties'
  const filters = filtersOf(request)
  const [{ divisions }, { departments }, { doublePublicity }] = await Promise.all([
    request.ask('Lists', {}),
    request.ask('Departments', {}),
    request.ask('DoublePublicity', { ...filters, kind, after: request.query.get('after') }),
  ])
  const title = kind === 'LICENCE' ? t('行政许可公示', 'Licences') : t('行政处罚公示', 'Penalties')
  return page(
    title,
    <>
      <h1>{title}</h1>
      <ul className="jumps">
        <li>
          <a href={link('/publicity/penalties')} aria-current={kind === 'PENALTY' ? 'page' : undefined}>
            {t('行政处罚', 'Penalties')}
          </a>
        </li>
        <li>
          <a href={link('/publicity/licences')} aria-current={kind === 'LICENCE' ? 'page' : undefined}>
            {t('行政许可', 'Licences')}
          </a>
        </li>
      </ul>
      <FilterForm request={request} path={path} divisions={divisions} departments={departments} />
      <p role="status">{t(`共 ${doublePublicity.totalCount} 条`, `${doublePublicity.totalCount} in all`)}</p>
      {doublePublicity.edges.length === 0 && (
        <Empty>{t('没有符合条件的、正在公示的信息。', 'Nothing of the kind is published now.')}</Empty>
      )}
      <ul className="results">
        {doublePublicity.edges.map(({ node }) => (
          <li key={`${node.uscc}${node.documentNo}${node.day}`} className="card">
            <Entry request={request} entry={node} />
          </li>
        ))}
      </ul>
      <Pager request={request} path={path} filters={filters} pageInfo={doublePublicity.pageInfo} />
    </>,
  )
}

function Entry({ request, entry }: { request: PageRequest; entry: PublicityEntry }) {
  const { t, language } = request
  return (
    <>
      <h2>
        <SubjectLink request={request} of={entry} /> <Marks request={request} of={entry} />
      </h2>
      <p>
        {entry.documentNo ?? t('无文号', 'No document number')} ·{' '}
        <time dateTime={entry.day}>{entry.day}</time> · {entry.source.name}
      </p>
      <details>
        <summary>{t('查看内容', 'Contents')}</summary>
        <dl className="facts">
          {entry.fields.map(({ name, label, labelEn, unit, value }) => (
            <div key={name}>
              <dt>{language === 'zh' ? label : labelEn}</dt>
              <dd>
                {value === longTerm ? t('长期', 'Long-term') : value} {unit}
              </dd>
            </div>
          ))}
        </dl>
      </details>
      <p className="source">
        {t('数据更新时间：', 'Updated ')}
        {entry.updatedOn}
        {entry.publicationEndsOn !== null &&
          t(`；公示截止：${entry.publicationEndsOn}`, `; published until ${entry.publicationEndsOn}`)}
      </p>
    </>
  )
}
