import type { ReactNode } from 'react'
import { type Page, page } from '../page.ts'
import { Empty, filtersOf, Pager } from '../parts.tsx'
import { SearchForm, searchTypes } from './search-form.tsx'

export const searchPage: Page = async (request) => {
  const { t, link } = request
  const filters = filtersOf(request, ['q', 'type'])
  const asked = filters.q ?? ''
  const title = t('查询结果', 'Search')
  if ([...asked].length < 2)
    return page(
      title,
      <>
        <h1>{t('信用查询', 'Search')}</h1>
        <SearchForm request={request} />
        <Empty>{t('请输入至少两个字。', 'Enter two characters at least.')}</Empty>
      </>,
    )
  const type = filters.type !== undefined && filters.type in searchTypes ? filters.type : 'ANY'
  const { searchSubjects: found } = await request.ask('Search', {
    query: asked,
    type,
    after: request.query.get('after'),
  })
  return {
    kind: 'PAGE',
    status: 200,
    title: `${asked} · ${title}`,
    reach: 'UNLISTED',
    body: (
      <>
        <h1>{title}</h1>
        <SearchForm request={request} />
        <p role="status">
          {t(`找到 ${found.totalCount} 个主体`, `${found.totalCount} organisation(s) found`)}
        </p>
        <ul className="results">
          {found.edges.map(({ node }) => (
            <li key={node.uscc} className="card">
              <h2>
                <a href={link(`/subjects/${node.uscc}`)}>{highlighted(node.name, asked)}</a>
              </h2>
              <p className="code">{highlighted(node.uscc, asked.toUpperCase())}</p>
              <p className="tags">
                {node.adverse > 0 && (
                  <span className="tag tag-bad">
                    {t(`失信与关注 ${node.adverse}`, `Adverse lists ${node.adverse}`)}
                  </span>
                )}
                {node.trustworthy > 0 && (
                  <span className="tag tag-good">
                    {t(`红名单 ${node.trustworthy}`, `Red list ${node.trustworthy}`)}
                  </span>
                )}
                {node.penalties > 0 && (
                  <span className="tag">
                    {t(`行政处罚 ${node.penalties}`, `Penalties ${node.penalties}`)}
                  </span>
                )}
                {node.licences > 0 && (
                  <span className="tag">{t(`行政许可 ${node.licences}`, `Licences ${node.licences}`)}</span>
                )}
              </p>
            </li>
          ))}
        </ul>
        {found.edges.length === 0 && (
          <section className="empty">
            <h2>{t('没有找到', 'Nothing found')}</h2>
            <ul>
              <li>
                {t(
                  '核对名称，或只输入字号（两个字即可）。',
                  'Check the name, or enter its distinctive part alone.',
                )}
              </li>
              <li>
                {t('已有统一社会信用代码的，请先', 'With a unified social credit code, first ')}
                <a href={link('/credit-code')}>{t('校验代码', 'check it')}</a>
              </li>
              <li>
                {t(
                  '未查到不等于没有记录：到期、修复、撤销的信息不再公示。',
                  'Finding nothing does not prove that there is nothing: what has expired or was repaired is no longer published.',
                )}
              </li>
            </ul>
          </section>
        )}
        <Pager request={request} path="/search" filters={filters} pageInfo={found.pageInfo} />
      </>
    ),
  }
}

function highlighted(text: string, part: string): ReactNode {
  const at = text.indexOf(part)
  if (at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <mark>{part}</mark>
      {text.slice(at + part.length)}
    </>
  )
}
