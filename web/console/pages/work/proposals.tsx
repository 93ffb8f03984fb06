import { Tag } from 'antd'
import { useAsk } from '../../api/use-ask.ts'
import { oneOf, useAddress } from '../../parts/address.ts'
import { choicesOf } from '../../parts/common-fields.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Facts } from '../../parts/facts.tsx'
import { FilterChoice, Filters } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowOpener } from '../../parts/row-opener.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'
import { listingPhaseWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import { GiveNotice } from './give-notice.tsx'
import { ListingActs } from './listing-act.tsx'
import { ListingHistory } from './listing-history.tsx'
import { ProposalsDocument, type ProposedListing } from './listing-operations.ts'

const phases = ['NOTICED', 'OBJECTED', 'DECIDED', 'DROPPED'] as const

/** Notices, objections to them and decisions that are not listed yet. */
export default function Proposals() {
  const t = useTexts(workTexts)
  const titles = useTexts(pageTexts)
  const phaseWord = useWords(listingPhaseWords)
  const may = useMay()
  const { value, set } = useAddress()
  const asked = useAsk(ProposalsDocument, {
    phase: oneOf(value('phase'), phases),
    after: value('after'),
  })
  const rows = asked.data?.listingProposals.edges.map(({ node }) => node) ?? []
  const nameOf = (code: string) => asked.data?.listTypes.find((each) => each.code === code)?.name ?? code
  const open = rows.find(({ id }) => id === value('open'))
  return (
    <>
      <PageHead title={titles.proposals}>
        {may('listing.propose') ? <GiveNotice onChange={asked.reload} /> : null}
      </PageHead>
      <Filters label={t.filters}>
        <FilterChoice name="phase" label={t.phase} choices={choicesOf(phases, phaseWord)} />
      </Filters>
      <Ready asked={asked}>
        {({ listingProposals }) => (
          <DataTable
            caption={titles.proposals}
            loading={asked.loading}
            rows={rows}
            rowKey={({ id }) => id}
            empty={t.noProposals}
            pageInfo={listingProposals.pageInfo}
            columns={[
              {
                key: 'id',
                title: t.subject,
                render: ({ id, subject }) => (
                  <>
                    <RowOpener value={id}>{subject.name || t.unnamed}</RowOpener>
                    {subject.uscc ? <div className="uscc">{subject.uscc}</div> : null}
                  </>
                ),
              },
              { key: 'list', title: t.listType, render: ({ listType }) => nameOf(listType) },
              {
                key: 'phase',
                title: t.phase,
                render: ({ phase }) => <Tag>{phaseWord(phase)}</Tag>,
                sortBy: ({ phase }) => phase,
              },
              {
                key: 'until',
                title: t.objectUntil,
                render: ({ objectUntil }) => objectUntil ?? '—',
                sortBy: ({ objectUntil }) => objectUntil ?? '9999',
              },
              { key: 'grade', title: t.grade, render: ({ grade }) => grade },
              { key: 'no', title: t.decisionNo, render: ({ decisionNo }) => decisionNo || '—' },
              {
                key: 'on',
                title: t.noticedOn,
                render: ({ events }) => events[0]?.effectiveOn ?? '—',
                sortBy: ({ events }) => events[0]?.effectiveOn ?? '',
              },
            ]}
          />
        )}
      </Ready>
      <SidePanel
        title={open ? open.subject.name || t.unnamed : ''}
        open={open !== undefined}
        onClose={() => set({ open: null, after: value('after') })}
      >
        {open ? (
          <ProposalView proposal={open} listName={nameOf(open.listType)} onChange={asked.reload} />
        ) : null}
      </SidePanel>
    </>
  )
}

function ProposalView({
  proposal,
  listName,
  onChange,
}: {
  proposal: ProposedListing
  listName: string
  onChange(): void
}) {
  const t = useTexts(workTexts)
  const phaseWord = useWords(listingPhaseWords)
  return (
    <>
      <div className="acts">
        <ListingActs listing={proposal} onChange={onChange} />
      </div>
      {proposal.allowedActions.length === 0 ? <p className="note">{t.nothingToDo}</p> : null}
      <h3>{t.facts}</h3>
      <Facts
        facts={[
          [t.uscc, proposal.subject.uscc],
          [t.phase, phaseWord(proposal.phase)],
          [t.objectUntil, proposal.objectUntil],
          [t.listType, listName],
          [t.grade, proposal.grade],
          [t.decisionNo, proposal.decisionNo],
          [t.grounds, proposal.reason],
        ]}
      />
      <ListingHistory events={proposal.events} />
    </>
  )
}
