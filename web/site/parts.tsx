import type { ReactNode } from 'react'
import type { Department, Division, Field, Whole } from './answers.ts'
import type { PageRequest } from './page.ts'
import { longTerm } from './terms.ts'

/** Small things that pages share. */

type Marked = { disputedSince: string | null; correctedOn?: string | null }

/** Marks of an objection under way (异议标注) and of a correction (更正). */
export function Marks({ request: { t }, of }: { request: PageRequest; of: Marked }) {
  return (
    <>
      {of.disputedSince !== null && (
        <span className="mark mark-disputed">
          {t(`异议处理中（自${of.disputedSince}）`, `Disputed since ${of.disputedSince}`)}
        </span>
      )}
      {of.correctedOn != null && (
        <span className="mark">{t(`已更正（${of.correctedOn}）`, `Corrected ${of.correctedOn}`)}</span>
      )}
    </>
  )
}

/** A day that is never broken between lines. */
export const Day = ({ on }: { on: string }) => <time dateTime={on}>{on}</time>

export function dayText({ t }: PageRequest, day: string | null): string {
  if (day === null) return '—'
  return day === longTerm ? t('长期', 'Long-term') : day
}

function valueText(request: PageRequest, { value, unit }: Field): string {
  return unit === null ? dayText(request, value) : `${value} ${unit}`
}

type RecordCardProps = { request: PageRequest; record: Whole; uscc?: string }

/**
 * One record with all its public columns, its source department and when it was updated; on the pages of the organisation
 * with that code also with what can be asked for about it.
 */
export function RecordCard({ request, record, uscc }: RecordCardProps) {
  const { t, language, link } = request
  const application = (kind: string) => link('/apply', { kind, uscc: uscc ?? '', record: record.reference })
  const isAdverse = record.kind === 'PENALTY' || record.kind === 'LIST'
  return (
    <article className="card record">
      <h3>
        {record.documentNo ?? record.datasetName} <Marks request={request} of={record} />
      </h3>
      <dl className="facts">
        {record.fields.map((field) => (
          <div key={field.name}>
            <dt>{language === 'zh' ? field.label : field.labelEn}</dt>
            <dd>{valueText(request, field)}</dd>
          </div>
        ))}
      </dl>
      <p className="source">
        {t('数据来源：', 'Source: ')}
        {record.source.name}
        {t('；数据更新时间：', '; updated ')}
        <time dateTime={record.updatedOn}>{record.updatedOn}</time>
        {record.publicationEndsOn !== null && (
          <>
            {t('；公示截止：', '; published until ')}
            {dayText(request, record.publicationEndsOn)}
          </>
        )}
      </p>
      {uscc !== undefined && (
        <p className="source">
          <a href={application('OBJECTION')}>{t('提出异议', 'Object to this')}</a>
          {isAdverse && (
            <>
              {' · '}
              <a href={application('REPAIR')}>{t('申请修复', 'Apply for repair')}</a>
            </>
          )}
        </p>
      )}
    </article>
  )
}

export type Column<T> = { head: string; cell(row: T): ReactNode }

/** A table that turns into cards on a phone: each cell bears the head of its column. */
export function Table<T>(props: { caption: string; columns: readonly Column<T>[]; rows: readonly T[] }) {
  const { caption, columns, rows } = props
  return (
    <table className="stack">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ head }) => (
            <th scope="col" key={head}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the page is rendered once and never changes.
          <tr key={index}>
            {columns.map(({ head, cell }) => (
              <td key={head} data-head={head}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function SubjectLink({
  request,
  of,
}: {
  request: PageRequest
  of: { uscc: string | null; name: string }
}) {
  return of.uscc === null ? of.name : <a href={request.link(`/subjects/${of.uscc}`)}>{of.name}</a>
}

export const filterNames = ['division', 'department', 'from', 'to', 'text'] as const

/** Filters of a list as the address bears them; empty ones are no filters. */
export function filtersOf(
  { query }: PageRequest,
  names: readonly string[] = filterNames,
): Record<string, string> {
  const filters: Record<string, string> = {}
  for (const name of names) {
    const value = query.get(name)?.trim() ?? ''
    if (value !== '') filters[name] = value
  }
  return filters
}

type FilterFormProps = {
  request: PageRequest
  path: string
  divisions: readonly Division[]
  departments: readonly Department[]
  children?: ReactNode
}

/** Filters kept in the address: a form that reads, so it works without scripts and can be sent on. */
export function FilterForm({ request, path, divisions, departments, children }: FilterFormProps) {
  const { t, query } = request
  return (
    <form className="filters" action={request.link(path)} method="get" data-autosubmit="">
      {children}
      <CodeChoice request={request} name="division" label={t('地区', 'Division')} choices={divisions} />
      <CodeChoice request={request} name="department" label={t('部门', 'Department')} choices={departments} />
      <label>
        {t('决定日期自', 'Decided from')}
        <input type="date" name="from" defaultValue={query.get('from') ?? ''} />
      </label>
      <label>
        {t('至', 'to')}
        <input type="date" name="to" defaultValue={query.get('to') ?? ''} />
      </label>
      <label>
        {t('名称、代码或文号', 'Name, code or document number')}
        <input type="search" name="text" defaultValue={query.get('text') ?? ''} maxLength={100} />
      </label>
      <button type="submit">{t('筛选', 'Filter')}</button>
    </form>
  )
}

type CodeChoiceProps = {
  request: PageRequest
  name: string
  label: string
  choices: readonly { code: string; name: string }[]
}

function CodeChoice({ request: { t, query }, name, label, choices }: CodeChoiceProps) {
  return (
    <label>
      {label}
      <select name={name} defaultValue={query.get(name) ?? ''}>
        <option value="">{t('全部', 'All')}</option>
        {choices.map((choice) => (
          <option key={choice.code} value={choice.code}>
            {choice.name}
          </option>
        ))}
      </select>
    </label>
  )
}

type PagerProps = {
  request: PageRequest
  path: string
  filters: Record<string, string>
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

export function Pager({ request, path, filters, pageInfo }: PagerProps) {
  const { t, link } = request
  const isFirst = !request.query.has('after')
  if (isFirst && !pageInfo.hasNextPage) return null
  return (
    <nav className="pager" aria-label={t('分页', 'Pages')}>
      {!isFirst && <a href={link(path, filters)}>{t('回到第一页', 'First page')}</a>}
      {pageInfo.hasNextPage && pageInfo.endCursor !== null && (
        <a rel="next" href={link(path, { ...filters, after: pageInfo.endCursor })}>
          {t('下一页', 'Next page')}
        </a>
      )}
    </nav>
  )
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>
}
