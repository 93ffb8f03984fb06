import { type Page, page } from '../page.ts'

const example = `{
  lists { code name entries }
  listEntries(first: 3) {
    totalCount
    edges { node { name uscc day source { name } } }
  }
}`

/** A short guide, a form that asks the live API without scripts, and GraphiQL for whoever opens it. */
export const apiPage: Page = async (request) => {
  const { t, outside } = request
  const title = t('公开接口', 'Public API')
  const endpoint = outside('/public/graphql')
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>
        {t(
          '无须注册，任何人可以用 GraphQL 读取公示的信息：',
          'Anybody reads what is published with GraphQL, without registration: ',
        )}
        <code>{endpoint}</code>
      </p>
      <section>
        <h2>{t('试一试', 'Try it')}</h2>
        <form className="application" action={endpoint} method="get">
          <div className="entry">
            <label htmlFor="query">{t('查询（GraphQL）', 'Query (GraphQL)')}</label>
            <textarea id="query" name="query" rows={10} defaultValue={example} spellCheck={false} required />
          </div>
          <button type="submit">{t('运行', 'Run')}</button>
        </form>
        <p>
          <button
            type="button"
            hidden
            data-explorer={endpoint}
            data-schema={outside('/public/schema.graphql')}
            data-query={example}
          >
            {t('打开 GraphiQL（只读，约 400 kB）', 'Open GraphiQL (read-only, about 400 kB)')}
          </button>
        </p>
        <div id="explorer" />
        <p>
          <a href={outside('/public/schema.graphql')}>{t('全部类型（SDL）', 'All types (SDL)')}</a> ·{' '}
          <a
            href={`${endpoint}?query=${encodeURIComponent('{ __schema { queryType { fields { name description args { name } } } } }')}`}
          >
            {t('列出全部查询', 'List every query')}
          </a>{' '}
          ·{' '}
          <a href={outside('/public/operations.json')}>
            {t('本站使用的查询', 'The queries that this site asks')}
          </a>
        </p>
      </section>
      <section>
        <h2>{t('例：命令行', 'From the command line')}</h2>
        <pre>
          <code>{`SITE=https://…\ncurl -s "$SITE${endpoint}" -H 'content-type: application/json' \\\n  -d '{"query":"{ home { counters { organisations penalties } } }"}'`}</code>
        </pre>
      </section>
      <section>
        <h2>{t('限制', 'Limits')}</h2>
        <ul>
          <li>
            {t(
              '每个地址每分钟 600 点：自拟查询 4 点，本站查询 1 点；超出返回 429 和 Retry-After。',
              '600 points a minute for an address: 4 for a query of your own, 1 for one of this site; beyond that 429 with Retry-After.',
            )}
          </li>
          <li>
            {t(
              '每页至多 100 条，用游标 after 翻页，不设总数上限。',
              'At most 100 rows a page; go on by the cursor after, as far as there are rows.',
            )}
          </li>
          <li>
            {t(
              '自然人查询和案件进度只接受 POST，且次数很少。',
              'Look-ups of persons and of cases by POST only, and seldom.',
            )}
          </li>
        </ul>
      </section>
    </>,
  )
}
