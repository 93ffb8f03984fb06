import { Button } from 'antd'
import type { ReactNode } from 'react'
import { fill, useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'
import { useAddress } from './address.ts'
import { Nothing } from './states.tsx'

export type Column<Row> = {
  key: string
  title: string
  render(row: Row): ReactNode
  /** Numbers stand at the right. */
  number?: boolean
  /** Sorts the page by it; the address keeps which. */
  sortBy?(row: Row): string | number
}

type Selection = {
  selected: ReadonlySet<string>
  toggle(key: string): void
  setSelected(keys: ReadonlySet<string>): void
  /** Rows that the bulk act is not for cannot be chosen. */
  allows(key: string): boolean
}

type Props<Row> = {
  /** Says what the table holds, for those who do not see where it stands. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey(row: Row): string
  loading?: boolean
  selection?: Selection
  empty?: ReactNode
  pageInfo?: { hasNextPage: boolean; endCursor: string | null }
}

/** A list in the order of the server, its filters and its page in the address. */
export function DataTable<Row>(props: Props<Row>) {
  const t = useTexts(shellTexts)
  const { value, set } = useAddress()
  const { columns, rowKey, selection } = props
  const sort = value('sort')
  const rows = sorted(props.rows, columns, sort)
  if (rows.length === 0 && !props.loading)
    return (
      <>
        <Nothing>{props.empty}</Nothing>
        <Pager pageInfo={props.pageInfo} />
      </>
    )
  const keys = rows.map(rowKey).filter((key) => selection?.allows(key) ?? false)
  const all = keys.length > 0 && keys.every((key) => selection?.selected.has(key))
  return (
    <>
      <section
        className="table-place"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        tabIndex={0}
        aria-label={props.caption}
        aria-busy={props.loading ?? false}
      >
        <table className="table">
          <caption className="unseen">{props.caption}</caption>
          <thead>
            <tr>
              {selection ? (
                <th scope="col" className="table-check">
                  <input
                    type="checkbox"
                    aria-label={t.selectAll}
                    checked={all}
                    disabled={keys.length === 0}
                    onChange={() => selection.setSelected(new Set(all ? [] : keys))}
                  />
                </th>
              ) : null}
              {columns.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  className={column.number ? 'number' : undefined}
                  aria-sort={sortOf(sort, column.key)}
                >
                  {column.sortBy ? (
                    <button type="button" onClick={() => set({ sort: nextSort(sort, column.key) })}>
                      {column.title}
                      <span aria-hidden="true">{sortMark(sort, column.key)}</span>
                    </button>
                  ) : (
                    column.title
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const key = rowKey(row)
              return (
                <tr key={key} className={selection?.selected.has(key) ? 'chosen' : undefined}>
                  {selection ? (
                    <td className="table-check">
                      <input
                        type="checkbox"
                        aria-label={t.select}
                        checked={selection.selected.has(key)}
                        disabled={!selection.allows(key)}
                        onChange={() => selection.toggle(key)}
                      />
                    </td>
                  ) : null}
                  {columns.map((column) => (
                    <td key={column.key} className={column.number ? 'number' : undefined}>
                      {column.render(row)}
                    </td>
                  ))}
                </tr>
              )
            })}
          </tbody>
        </table>
      </section>
      <Pager pageInfo={props.pageInfo} />
    </>
  )
}

/** Cursors go forward; back goes the browser. */
function Pager({ pageInfo }: { pageInfo: Props<never>['pageInfo'] }) {
  const t = useTexts(shellTexts)
  const { value, set } = useAddress()
  const after = value('after')
  if (!pageInfo || (after === null && !pageInfo.hasNextPage)) return null
  return (
    <div className="pager">
      {after === null ? null : <Button onClick={() => set({ after: null })}>{t.previous}</Button>}
      {pageInfo.hasNextPage ? (
        <Button onClick={() => set({ after: pageInfo.endCursor })}>{t.next}</Button>
      ) : null}
    </div>
  )
}

/** How many are chosen, and what can be done with all of them. */
export function BulkBar({ count, children }: { count: number; children: ReactNode }) {
  const t = useTexts(shellTexts)
  if (count === 0) return null
  return (
    <div className="bulk" role="status">
      <span>{fill(t.selected, { count })}</span>
      {children}
    </div>
  )
}

function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: string | null,
): readonly Row[] {
  const by = columns.find(({ key }) => key === sort || `-${key}` === sort)?.sortBy
  if (!by) return rows
  const sign = sort?.startsWith('-') ? -1 : 1
  return rows.toSorted((one, other) => {
    const [a, b] = [by(one), by(other)]
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
    return sign * String(a).localeCompare(String(b), 'zh-CN')
  })
}

const sortOf = (sort: string | null, key: string) =>
  sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : undefined
const nextSort = (sort: string | null, key: string) =>
  sort === key ? `-${key}` : sort === `-${key}` ? null : key
const sortMark = (sort: string | null, key: string) =>
  sort === key ? ' ▲' : sort === `-${key}` ? ' ▼' : ' ↕'
