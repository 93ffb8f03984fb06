import type { ListNature } from '../answers.ts'
import { type Page, page } from '../page.ts'
import {
  Day,
  dayText,
  Empty,
  FilterForm,
  filterNames,
  filtersOf,
  Marks,
  Pager,
  SubjectLink,
  Table,
} from '../parts.tsx'
import { natureTerms } from '../terms.ts'
import { missingPage } from './fault.tsx'

const natures: Readonly<Record<string, ListNature>> = {
  black: 'SERIOUS_DISHONESTY',
  red: 'TRUSTWORTHY',
  attention: 'KEY_ATTENTION',
  punishment: 'JOINT_PUNISHMENT',
}

/** Who is on lists now: `/lists/black`, `/lists/red`, `/lists/attention`, `/lists/punishment`. */
export const listsPage: Page = async (request) => {
  const { t, link } = request
  const colour = request.params.colour ?? ''
  const nature = natures[colour]
  if (nature === undefined) return missingPage(request)
  const path = `/lists/${colour}`
  const filters = filtersOf(request, [...filterNames, 'listType'])
  const [{ lists, divisions }, { departments }, { listEntries }] = await Promise.all([
    request.ask('Lists', {}),
    request.ask('Departments', {}),
    request.ask('ListEntries', { ...filters, nature, after: request.query.get('after') }),
  ])
  const kinds = lists.filter((list) => list.nature === nature)
  const nameOf = new Map(lists.map(({ code, name }) => [code, name]))
  const title = t(...natureTerms[nature])
  return page(
    title,
    <>
      <h1>{title}</h1>
      <ul className="jumps">
        {Object.entries(natures).map(([segment, of]) => (
          <li key={segment}>
            <a href={link(`/lists/${segment}`)} aria-current={segment === colour ? 'page' : undefined}>
              {t(...natureTerms[of])}
            </a>
          </li>
        ))}
      </ul>
      <FilterForm request={request} path={path} divisions={divisions} departments={departments}>
        <label>
          {t('名单', 'List')}
          <select name="listType" defaultValue={filters.listType ?? ''}>
            <option value="">{t('全部', 'All')}</option>
            {kinds.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </FilterForm>
      {listEntries.edges.length === 0 ? (
        <Empty>{t('没有符合条件的、正在公示的名单信息。', 'Nobody is on such a list now.')}</Empty>
      ) : (
        <Table
          caption={t(`共 ${listEntries.totalCount} 条`, `${listEntries.totalCount} in all`)}
          columns={[
            {
              head: t('名称', 'Name'),
              cell: (row) => (
                <>
                  <SubjectLink request={request} of={row} /> <Marks request={request} of={row} />
                  <br />
                  <small className="code">{row.uscc}</small>
                </>
              ),
            },
            { head: t('名单', 'List'), cell: (row) => nameOf.get(row.listType ?? '') ?? '—' },
            { head: t('文号', 'Document'), cell: (row) => row.documentNo ?? '—' },
            { head: t('列入日期', 'Listed on'), cell: (row) => <Day on={row.day} /> },
            {
              head: t('截止日期', 'Until'),
              cell: (row) =>
                row.endsOn === null ? (
                  t('移出为止', 'Until removal')
                ) : (
                  <time>{dayText(request, row.endsOn)}</time>
                ),
            },
            { head: t('认定部门', 'Determined by'), cell: (row) => row.source.name },
            { head: t('更新', 'Updated'), cell: (row) => <Day on={row.updatedOn} /> },
          ]}
          rows={listEntries.edges.map(({ node }) => node)}
        />
      )}
      <Pager request={request} path={path} filters={filters} pageInfo={listEntries.pageInfo} />
      <section aria-labelledby="basis">
        <h2 id="basis">{t('认定依据', 'Legal basis')}</h2>
        {kinds.map((list) => (
          <details key={list.code}>
            <summary>
              {list.name}（{list.entries}）
            </summary>
            <p>{list.scope}</p>
            <p>
              {t('认定：', 'Determined by: ')}
              {list.determinedBy}
            </p>
            <ul>
              {list.basis.map((basis) => (
                <li key={basis}>{basis}</li>
              ))}
            </ul>
          </details>
        ))}
      </section>
    </>,
  )
}
