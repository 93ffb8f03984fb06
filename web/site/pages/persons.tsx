import type { PersonEntry } from '../answers.ts'
import { type Page, type PageRequest, privatePage } from '../page.ts'
import { dayText, Marks } from '../parts.tsx'

/** For who knows the whole name and the end of the certificate number. Only posted, kept by nobody; nothing is repeated. */
export const personsPage: Page = async (request) => {
  const { t, link, form } = request
  const answer =
    form === null
      ? null
      : (
          await request.ask('PersonEntries', {
            name: form.get('name') ?? '',
            certificateEnding: form.get('ending') ?? '',
          })
        ).personEntries
  const title = t('自然人查询', 'Natural persons')
  return privatePage(
    title,
    <>
      <h1>{title}</h1>
      <p>
        {t(
          '自然人不在任何名单、查询结果和下载文件中列示。须输入完整姓名和证件号码末 4 至 6 位；只显示依据明确规定公布姓名的信息。',
          'Persons stand in no list, search or download. Enter the whole name and the last 4 to 6 characters of the certificate number; shown are only entries whose legal basis publishes names.',
        )}
      </p>
      <form className="filters" action={link('/persons')} method="post" autoComplete="off">
        <label>
          {t('姓名', 'Name')}
          <input name="name" required maxLength={50} />
        </label>
        <label>
          {t('证件号码末 4 至 6 位', 'Last 4 to 6 characters of the number')}
          <input name="ending" required minLength={4} maxLength={6} pattern="[0-9Xx]{4,6}" />
        </label>
        <button type="submit">{t('查询', 'Look up')}</button>
      </form>
      {answer !== null && (
        <section role="status">
          <h2>{t('结果', 'Result')}</h2>
          {answer.entries.length === 0 && (
            <p className="empty">
              {t(
                `截至 ${answer.asOf}，没有可以向您显示的公示信息。`,
                `As of ${answer.asOf}, there is nothing published that may be shown to you.`,
              )}
            </p>
          )}
          {answer.entries.map((entry) => (
            <Entry
              key={`${entry.source.code}${entry.documentNo}${entry.day}`}
              request={request}
              entry={entry}
            />
          ))}
        </section>
      )}
    </>,
  )
}

function Entry({ request, entry }: { request: PageRequest; entry: PersonEntry }) {
  const { t } = request
  const facts: [string, string | null][] = [
    [t('日期', 'Day'), entry.day],
    [t('事由', 'Facts'), entry.facts],
    [t('决定', 'Decision'), entry.decision],
    [t('截止', 'Until'), entry.endsOn === null ? null : dayText(request, entry.endsOn)],
    [t('公布姓名的依据', 'Basis for publishing the name'), entry.nameBasis],
  ]
  return (
    <article className="card">
      <h3>
        {entry.documentNo ?? entry.source.name} <Marks request={request} of={entry} />
      </h3>
      <dl className="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <p className="source">
        {t('数据来源：', 'Source: ')}
        {entry.source.name}
        {t('；数据更新时间：', '; updated ')}
        {entry.updatedOn}
      </p>
    </article>
  )
}
