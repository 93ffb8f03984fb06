import { Tag } from 'antd'
import { useState } from 'react'
import { useAsk } from '../../api/use-ask.ts'
import { useAddress } from '../../parts/address.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { Ready } from '../../parts/states.tsx'
import { auditTexts, proofWords } from '../../texts/audit.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import { type Choices, EntriesDocument, type Filter, type OpenEntry } from './audit-operations.ts'
import { EntryPanel } from './entry-panel.tsx'

const proofColours: Readonly<Record<string, string>> = {
  WAITING: 'orange',
  SIGNED: 'blue',
  WITNESSED: 'green',
}

/** The log, newest first. It names no subject. */
export function EntriesView({ filter, choices }: { filter: Filter; choices: Choices }) {
  const t = useTexts(auditTexts)
  const proof = useWords(proofWords)
  const { value } = useAddress()
  const after = value('after')
  const asked = useAsk(EntriesDocument, { filter, after })
  const [open, setOpen] = useState<OpenEntry | null>(null)
  const nameOf = (code: string) => choices.departments.find((entry) => entry.code === code)?.name ?? code
  return (
    <>
      <Ready asked={asked}>
        {({ auditEntries: { edges, pageInfo } }) => (
          <DataTable
            caption={t.entries}
            rows={edges.map(({ node }, index) => ({
              ...node,
              after: index === 0 ? after : (edges[index - 1]?.cursor ?? null),
            }))}
            rowKey={({ logIndex }) => String(logIndex)}
            pageInfo={pageInfo}
            empty={t.none}
            columns={[
              {
                key: 'logIndex',
                title: t.logIndex,
                number: true,
                render: ({ after: before, ...entry }) => (
                  <button
                    type="button"
                    className="row-opener"
                    data-row-opener=""
                    onClick={() => setOpen({ entry, after: before })}
                  >
                    {entry.logIndex}
                  </button>
                ),
              },
              { key: 'at', title: t.at, render: ({ at }) => <Moment at={at} /> },
              { key: 'department', title: t.department, render: ({ department }) => nameOf(department) },
              { key: 'who', title: t.who, render: ({ officer }) => officer?.name ?? t.system },
              { key: 'operation', title: t.operationShort, render: ({ operation }) => operation ?? '—' },
              { key: 'purpose', title: t.purpose, render: ({ purpose }) => purpose ?? '—' },
              {
                key: 'subjects',
                title: t.subjects,
                number: true,
                render: ({ subjects }) => subjects ?? '—',
              },
              {
                key: 'outcome',
                title: t.outcome,
                render: ({ outcome }) =>
                  outcome === 'OK' ? t.succeeded : <span className="bad">{outcome}</span>,
              },
              {
                key: 'proof',
                title: t.proof,
                render: ({ proofState }) => (
                  <Tag color={proofColours[proofState] ?? 'default'}>{proof(proofState)}</Tag>
                ),
              },
            ]}
          />
        )}
      </Ready>
      <EntryPanel open={open} filter={filter} nameOf={nameOf} onClose={() => setOpen(null)} />
    </>
  )
}
