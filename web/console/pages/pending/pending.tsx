import { Tag } from 'antd'
import { useAsk } from '../../api/use-ask.ts'
import { oneOf, useAddress } from '../../parts/address.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment, useFactText } from '../../parts/facts.tsx'
import { FilterChoice, Filters } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowOpener } from '../../parts/row-opener.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { Ready } from '../../parts/states.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { actStateWords, operationWords, pendingTexts } from '../../texts/pending.ts'
import { pageTexts } from '../../texts/shell.ts'
import { ActView } from './act-view.tsx'
import { PendingActsDocument } from './pending-operations.ts'

const filters = ['WAITING', 'OVER', 'ALL'] as const
const colours: Readonly<Record<string, string>> = { PENDING: 'orange', APPROVED: 'green', REJECTED: 'red' }

/** Acts that wait for a second person (双人复核), and what became of them. */
export default function Pending() {
  const t = useTexts(pendingTexts)
  const titles = useTexts(pageTexts)
  const operationWord = useWords(operationWords)
  const stateWord = useWords(actStateWords)
  const factText = useFactText()
  const { value, set } = useAddress()
  const asked = useAsk(PendingActsDocument, {
    filter: oneOf(value('filter'), filters) ?? 'ALL',
    after: value('after'),
  })
  const rows = waitingFirst(asked.data?.pendingActs.edges.map(({ node }) => node) ?? [])
  const open = rows.find(({ id }) => id === value('open'))
  return (
    <>
      <PageHead title={titles.pending} note={t.note} />
      <Filters label={t.filters}>
        <FilterChoice
          name="filter"
          label={t.filter}
          choices={[
            { value: 'WAITING', label: t.waiting },
            { value: 'OVER', label: t.over },
          ]}
        />
      </Filters>
      <Ready asked={asked}>
        {({ pendingActs }) => (
          <DataTable
            caption={titles.pending}
            loading={asked.loading}
            rows={rows}
            rowKey={({ id }) => id}
            empty={t.none}
            pageInfo={pendingActs.pageInfo}
            columns={[
              {
                key: 'operation',
                title: t.operation,
                render: ({ id, operation, summary }) => (
                  <>
                    <RowOpener value={id}>{operationWord(operation)}</RowOpener>
                    <div className="note">
                      {(summary ?? [])
                        .filter(({ name }) => name === 'event' || name === 'decision' || name === 'code')
                        .map(({ name, value: code }) => factText(name, code)[1])
                        .join(' · ')}
                    </div>
                  </>
                ),
              },
              {
                key: 'state',
                title: t.state,
                render: ({ state }) => <Tag color={colours[state] ?? 'default'}>{stateWord(state)}</Tag>,
                sortBy: ({ state }) => state,
              },
              { key: 'note', title: t.noteOf, render: ({ note }) => note },
              { key: 'by', title: t.proposedBy, render: ({ proposedBy }) => proposedBy.name },
              {
                key: 'at',
                title: t.proposedAt,
                render: ({ proposedAt }) => <Moment at={proposedAt} />,
                sortBy: ({ proposedAt }) => proposedAt,
              },
              {
                key: 'expires',
                title: t.expiresAt,
                render: ({ state, expiresAt }) => (state === 'PENDING' ? <Moment at={expiresAt} /> : '—'),
                sortBy: ({ expiresAt }) => expiresAt,
              },
            ]}
          />
        )}
      </Ready>
      <SidePanel
        title={open ? operationWord(open.operation) : ''}
        open={open !== undefined}
        onClose={() => set({ open: null, after: value('after') })}
      >
        {open ? <ActView key={open.id} act={open} onChange={asked.reload} /> : null}
      </SidePanel>
    </>
  )
}

const waitingFirst = <Row extends { state: string }>(rows: readonly Row[]): Row[] =>
  rows.toSorted((one, other) => Number(other.state === 'PENDING') - Number(one.state === 'PENDING'))
