import { Tag } from 'antd'
import { useAsk } from '../../api/use-ask.ts'
import { useAddress } from '../../parts/address.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Facts, History, Moment } from '../../parts/facts.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowOpener } from '../../parts/row-opener.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'
import { listingEventWords, listingPhaseWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import { GiveNotice } from './give-notice.tsx'
import { eventsAfter, ListingAct } from './listing-act.tsx'
import { ProposalsDocument, type ProposedListing } from './listing-operations.ts'

/** Notices, objections to them and decisions that are not listed yet. */
export default function Proposals() {
  const t = useTexts(workTexts)
  const titles = useTexts(pageTexts)
  const phaseWord = useWords(listingPhaseWords)
  const may = useMay()
  const { value, set } = useAddress()
  const asked = useAsk(ProposalsDocument, { after: value('after') })
  const rows = asked.data?.listingProposals.edges.map(({ node }) => node) ?? []
  const open = rows.find(({ id }) => id === value('open'))
  return (
    <>
      <PageHead title={titles.proposals}>
        {may('listing.propose') ? <GiveNotice onChange={asked.reload} /> : null}
      </PageHead>
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
                title: t.listType,
                render: ({ id, listType }) => <RowOpener value={id}>{listType}</RowOpener>,
              },
              {
                key: 'phase',
                title: t.phase,
                render: ({ phase }) => <Tag>{phaseWord(phase)}</Tag>,
                sortBy: ({ phase }) => phase,
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
        title={open?.listType ?? ''}
        open={open !== undefined}
        onClose={() => set({ open: null, after: value('after') })}
      >
        {open ? <ProposalView proposal={open} onChange={asked.reload} /> : null}
      </SidePanel>
    </>
  )
}

function ProposalView({ proposal, onChange }: { proposal: ProposedListing; onChange(): void }) {
  const t = useTexts(workTexts)
  const word = useWords(listingEventWords)
  const phaseWord = useWords(listingPhaseWords)
  const may = useMay()
  const events = may('listing.decide') ? eventsAfter(proposal.phase, false) : []
  return (
    <>
      <div className="acts">
        {events.map((event) => (
          <ListingAct
            key={event}
            listingId={proposal.id}
            event={event}
            about={proposal.listType}
            onChange={onChange}
          />
        ))}
      </div>
      {events.length === 0 ? <p className="note">{t.nothingToDo}</p> : null}
      <h3>{t.facts}</h3>
      <Facts
        facts={[
          [t.phase, phaseWord(proposal.phase)],
          [t.grade, proposal.grade],
          [t.decisionNo, proposal.decisionNo],
          [t.grounds, proposal.reason],
        ]}
      />
      <h3>{t.history}</h3>
      <History
        label={t.history}
        entries={proposal.events.map(({ type, effectiveOn, recordedAt, data }) => ({
          key: recordedAt + type,
          what: word(type),
          on: (
            <>
              {effectiveOn} · <Moment at={recordedAt} />
            </>
          ),
          details: data,
        }))}
      />
    </>
  )
}
