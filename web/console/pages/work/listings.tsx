import { Button, Form, Tag } from 'antd'
import { useState } from 'react'
import { useAsk } from '../../api/use-ask.ts'
import { useAddress } from '../../parts/address.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Facts, today } from '../../parts/facts.tsx'
import { Fields, neededText, type Values } from '../../parts/fields.tsx'
import { FilterChoice, Filters, FilterText, FilterToggle } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowOpener } from '../../parts/row-opener.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay, useViewer } from '../../session/viewer.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { lookUpTexts } from '../../texts/look-up.ts'
import { pageTexts, shellTexts } from '../../texts/shell.ts'
import { listingEventWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import { ListingActs } from './listing-act.tsx'
import { ListingHistory } from './listing-history.tsx'
import { type ListedRow, ListingsDocument, ManagedListingDocument } from './listing-operations.ts'
import { OpenCase } from './open-case.tsx'

/** Memberships in force, or ended, as the department may see them: whoever reads the register says what for. */
export default function Listings() {
  const t = useTexts(workTexts)
  const lookUp = useTexts(lookUpTexts)
  const titles = useTexts(pageTexts)
  const [purpose, setPurpose] = useState<string | null>(null)
  return (
    <>
      <PageHead title={titles.listings} note={lookUp.note} />
      <section className="card">
        <Form<Values>
          layout="vertical"
          requiredMark={false}
          className="look-up"
          onFinish={(values) => setPurpose(neededText(values, 'purpose'))}
        >
          <Fields
            fields={[
              {
                name: 'purpose',
                label: lookUp.purpose,
                kind: 'text',
                help: lookUp.purposeHelp,
                most: 200,
                focus: true,
              },
            ]}
          />
          <Button type="primary" htmlType="submit">
            {t.showListings}
          </Button>
        </Form>
      </section>
      {purpose === null ? null : <Register purpose={purpose} />}
    </>
  )
}

function Register({ purpose }: { purpose: string }) {
  const t = useTexts(workTexts)
  const s = useTexts(shellTexts)
  const titles = useTexts(pageTexts)
  const eventWord = useWords(listingEventWords)
  const { value, set } = useAddress()
  const asked = useAsk(ListingsDocument, {
    listType: value('list'),
    includeEnded: value('ended') === '1',
    asOf: value('asOf'),
    after: value('after'),
    purpose,
  })
  const rows = asked.data?.listings.edges.map(({ node }) => node) ?? []
  const open = rows.find(({ listing }) => listing.id === value('open'))
  return (
    <>
      <Filters label={t.filters}>
        <FilterChoice
          name="list"
          label={t.listType}
          choices={(asked.data?.listTypes ?? []).map(({ code, name }) => ({ value: code, label: name }))}
        />
        <FilterText name="asOf" label={s.day} type="date" />
        <FilterToggle name="ended" label={t.includeEnded} />
      </Filters>
      <Ready asked={asked}>
        {({ listings }) => (
          <DataTable
            caption={titles.listings}
            loading={asked.loading}
            rows={rows}
            rowKey={({ listing }) => listing.id}
            empty={t.noListings}
            pageInfo={listings.pageInfo}
            columns={[
              {
                key: 'subject',
                title: t.subject,
                render: ({ subject, listing }) => (
                  <>
                    <RowOpener value={listing.id}>{subject.name}</RowOpener>
                    {subject.uscc ? <div className="uscc">{subject.uscc}</div> : null}
                  </>
                ),
              },
              { key: 'list', title: t.listType, render: ({ listing }) => listing.listType.name },
              { key: 'by', title: t.provider, render: ({ listing }) => listing.determinedBy.name },
              {
                key: 'on',
                title: t.listedOn,
                render: ({ listing }) => listing.listedOn,
                sortBy: ({ listing }) => listing.listedOn,
              },
              {
                key: 'ends',
                title: t.endsOn,
                render: ({ listing }) => (
                  <>
                    {listing.exitedOn ?? listing.endsOn ?? '—'}{' '}
                    {listing.exitKind ? <Tag>{eventWord(listing.exitKind)}</Tag> : null}
                    {listing.disputedSince ? <Tag color="orange">{t.disputed}</Tag> : null}
                  </>
                ),
                sortBy: ({ listing }) => listing.exitedOn ?? listing.endsOn ?? '9999',
              },
            ]}
          />
        )}
      </Ready>
      <SidePanel
        title={open ? `${open.subject.name} · ${open.listing.listType.name}` : ''}
        open={open !== undefined}
        onClose={() => set({ open: null, after: value('after') })}
      >
        {open ? <ListingView key={open.listing.id} row={open} onChange={asked.reload} /> : null}
      </SidePanel>
    </>
  )
}

function ListingView({ row: { listing, subject }, onChange }: { row: ListedRow; onChange(): void }) {
  const t = useTexts(workTexts)
  const may = useMay()
  const { department } = useViewer()
  const ours = listing.determinedBy.code === department.code
  const ended = listing.exitedOn !== null || (listing.endsOn !== null && listing.endsOn < today())
  const managed = useAsk(ManagedListingDocument, ours && may('listing.read') ? { id: listing.id } : null)
  const changed = () => {
    managed.reload()
    onChange()
  }
  return (
    <>
      <div className="acts">
        {managed.data?.managedListing ? (
          <ListingActs listing={managed.data.managedListing} onChange={changed} />
        ) : null}
        {may('objection.decide') ? <OpenCase kind="OBJECTION" listingId={listing.id} /> : null}
        {may('repair.decide') && !ended ? <OpenCase kind="REPAIR" listingId={listing.id} /> : null}
      </div>
      {ours ? null : <p className="note">{t.notYours}</p>}
      <h3>{t.facts}</h3>
      <Facts
        facts={[
          [t.uscc, subject.uscc],
          [t.grade, listing.grade],
          [t.decisionNo, listing.decisionNo],
          [t.grounds, listing.reason],
          [t.listedOn, listing.listedOn],
          [t.endsOn, listing.endsOn],
          [t.exitedOn, listing.exitedOn],
          [t.responsible, listing.responsiblePersons.map(({ name }) => name).join('、')],
        ]}
      />
      <p className="note">{listing.repairNotice}</p>
      <ListingHistory events={listing.events} />
    </>
  )
}
