import type { SubjectGroup } from '../answers.ts'
import { type Page, page } from '../page.ts'
import { Pager, RecordCard } from '../parts.tsx'
import { groupSegments, groupTerms } from '../terms.ts'
import { missingPage } from './fault.tsx'

const groups: readonly SubjectGroup[] = [
  'LICENCES',
  'PENALTIES',
  'TRUSTWORTHY',
  'KEY_ATTENTION',
  'SERIOUS_DISHONESTY',
]

/** All records of one group of a subject, by pages. */
export const subjectRecordsPage: Page = async (request) => {
  const { t, link } = request
  const { uscc = '', group: segment = '' } = request.params
  const group = groups.find((candidate) => groupSegments[candidate] === segment)
  if (group === undefined) return missingPage(request)
  const { subject } = await request.ask('SubjectRecords', { uscc, group, after: request.query.get('after') })
  if (subject === null) return missingPage(request)
  const { edges, pageInfo, totalCount } = subject.records
  const title = `${edges[0]?.node.name ?? uscc} · ${t(...groupTerms[group])}`
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>
        <a href={link(`/subjects/${uscc}`)}>{t('回到主体页面', 'Back to the organisation')}</a> ·{' '}
        {t(`共 ${totalCount} 条`, `${totalCount} in all`)}
      </p>
      <h2 className="hidden">{t('记录', 'Records')}</h2>
      {edges.map(({ node }) => (
        <RecordCard
          key={`${node.dataset}${node.documentNo}${node.day}`}
          request={request}
          record={node}
          uscc={uscc}
        />
      ))}
      <Pager request={request} path={`/subjects/${uscc}/${segment}`} filters={{}} pageInfo={pageInfo} />
    </>,
  )
}
