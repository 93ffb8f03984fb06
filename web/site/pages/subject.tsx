import type { Rows, SubjectGroup, Whole } from '../answers.ts'
import { type Page, type PageRequest, page } from '../page.ts'
import { Empty, RecordCard } from '../parts.tsx'
import { groupSegments, groupTerms } from '../terms.ts'
import { missingPage } from './fault.tsx'

/** How many records of a group stand on the page of a subject; the rest has a page of its own. */
const shownOfGroup = 5

export const subjectPage: Page = async (request) => {
  const { t, link } = request
  const uscc = request.params.uscc ?? ''
  const { subject } = await request.ask('Subject', { uscc, first: shownOfGroup })
  if (subject === null) return missingPage(request)
  const countOf = (group: SubjectGroup) => subject.counts.find((count) => count.group === group)?.records ?? 0
  const group = (of: SubjectGroup, rows: Rows<Whole>) => (
    <Group request={request} uscc={uscc} group={of} count={countOf(of)} rows={rows} />
  )
  return page(
    subject.name,
    <>
      <header className="subject">
        <h1>{subject.name}</h1>
        <p className="code">
          <span>{t('统一社会信用代码', 'Unified social credit code')}</span> <code>{subject.uscc}</code>{' '}
          <button type="button" data-copy={subject.uscc}>
            {t('复制', 'Copy')}
          </button>
        </p>
        <ul className="jumps" aria-label={t('信息分组', 'Groups')}>
          {subject.counts.map(({ group: of, records }) => (
            <li key={of}>
              <a
                href={`#${groupSegments[of]}`}
                className={records > 0 ? `has has-${groupSegments[of]}` : undefined}
              >
                {t(...groupTerms[of])} <b>{records}</b>
              </a>
            </li>
          ))}
        </ul>
        <ul className="actions">
          <li>
            <form action={link(`/subjects/${uscc}/report`)} method="post">
              <button type="submit">{t('下载信用报告', 'Credit report (PDF)')}</button>
            </form>
          </li>
          <li>
            <a href={link('/objection')}>{t('异议申诉', 'Objection')}</a>
          </li>
          <li>
            <a href={link('/repair')}>{t('信用修复', 'Repair')}</a>
          </li>
        </ul>
        <p className="source">
          {t(
            '信用报告免费，内容与本页一致，附编号和二维码，任何人可以',
            'The report is free and says what this page says; with its number and code anybody can ',
          )}
          <a href={link('/verification')}>{t('核验', 'verify it')}</a>
          {t('。', '.')}
        </p>
      </header>
      <section id="basic" aria-labelledby="basic-head">
        <h2 id="basic-head">{t('基础信息', 'Basic information')}</h2>
        {subject.basic.map((record) => (
          <RecordCard
            key={`${record.dataset}${record.source.code}`}
            request={request}
            record={record}
            uscc={uscc}
          />
        ))}
        {subject.basic.length === 0 && <Empty>{t('没有公示的基础信息。', 'None published.')}</Empty>}
      </section>
      {group('SERIOUS_DISHONESTY', subject.seriousDishonesty)}
      {group('PENALTIES', subject.penalties)}
      {group('KEY_ATTENTION', subject.keyAttention)}
      {group('TRUSTWORTHY', subject.trustworthy)}
      {group('LICENCES', subject.licences)}
      <p className="source">
        {t(`数据更新至 ${subject.updatedOn}。`, `Updated ${subject.updatedOn}. `)}
        {t(
          '所示仅为公示期内的信息；未列示不等于没有记录。',
          'Only what is published today is shown; its absence proves nothing.',
        )}
      </p>
    </>,
  )
}

type GroupProps = {
  request: PageRequest
  uscc: string
  group: SubjectGroup
  count: number
  rows: Rows<Whole>
}

function Group({ request, uscc, group, count, rows }: GroupProps) {
  const { t, link } = request
  const segment = groupSegments[group]
  return (
    <section id={segment} className={`group group-${segment}`} aria-labelledby={`${segment}-head`}>
      <h2 id={`${segment}-head`}>
        {t(...groupTerms[group])} <small>{count}</small>
      </h2>
      {rows.edges.length === 0 && <Empty>{t('没有正在公示的信息。', 'Nothing is published.')}</Empty>}
      {rows.edges.map(({ node }) => (
        <RecordCard
          key={`${node.dataset}${node.documentNo}${node.day}`}
          request={request}
          record={node}
          uscc={uscc}
        />
      ))}
      {rows.pageInfo.hasNextPage && (
        <p>
          <a href={link(`/subjects/${uscc}/${segment}`)}>{t(`全部 ${count} 条`, `All ${count}`)}</a>
        </p>
      )}
    </section>
  )
}
