import type { PageRequest } from '../page.ts'
import type { Term } from '../terms.ts'

export const searchTypes: Readonly<Record<string, Term>> = {
  ANY: ['全部', 'All'],
  LISTED: ['失信与关注', 'Adverse lists'],
  TRUSTWORTHY: ['红名单', 'Red list'],
  PENALISED: ['行政处罚', 'Penalties'],
  LICENSED: ['行政许可', 'Licences'],
}

export function SearchForm({ request }: { request: PageRequest }) {
  const { t, query, link, suggestions } = request
  const type = query.get('type') ?? 'ANY'
  return (
    <search>
      <form className="search" action={link('/search')} method="get">
        <fieldset className="tabs">
          <legend className="hidden">{t('查询范围', 'Look among')}</legend>
          {Object.entries(searchTypes).map(([value, [zh, en]]) => (
            <label key={value}>
              <input type="radio" name="type" value={value} defaultChecked={value === type} />
              <span>{t(zh, en)}</span>
            </label>
          ))}
        </fieldset>
        <div className="search-row">
          <label className="hidden" htmlFor="q">
            {t('企业名称或统一社会信用代码', 'Name of an enterprise or its unified social credit code')}
          </label>
          <input
            id="q"
            type="search"
            name="q"
            defaultValue={query.get('q') ?? ''}
            placeholder={t('企业名称或统一社会信用代码', 'Name or unified social credit code')}
            required
            minLength={2}
            maxLength={100}
            autoComplete="off"
            data-suggest={suggestions}
            data-subjects={link('/subjects/')}
            data-label={t('相近的名称', 'Names like this')}
          />
          <button type="submit">{t('查询', 'Search')}</button>
        </div>
      </form>
    </search>
  )
}
