import { Tag } from 'antd'
import { graphql } from '../../api/graphql.ts'
import { useAsk } from '../../api/use-ask.ts'
import { useAddress } from '../../parts/address.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { FilterChoice, Filters } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowLink } from '../../parts/row-opener.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay, useViewer } from '../../session/viewer.tsx'
import { batchTexts } from '../../texts/batches.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'
import { batchStatusWords } from '../../texts/words.ts'
import { statusColour } from './status-colour.ts'
import { SubmitCard } from './submit-card.tsx'

const BatchesDocument = graphql(`
  query Batches($dataset: String, $after: String) {
    batches(first: 50, after: $after, dataset: $dataset) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        batchId dataset status received accepted unchanged held rejected receivedAt
        file { name }
      } }
    }
  }
`)

const DatasetsDocument = graphql(`
  query SubmittableDatasets {
    datasets { code name status department { code } }
  }
`)

export default function Batches() {
  const t = useTexts(batchTexts)
  const titles = useTexts(pageTexts)
  const status = useWords(batchStatusWords)
  const may = useMay()
  const { department } = useViewer()
  const { value } = useAddress()
  const batches = useAsk(BatchesDocument, { dataset: value('dataset'), after: value('after') })
  const catalogue = useAsk(DatasetsDocument, none)
  const own = (catalogue.data?.datasets ?? []).filter(
    (dataset) => dataset.department.code === department.code,
  )
  const nameOf = (code: string) => own.find((dataset) => dataset.code === code)?.name ?? code

  return (
    <>
      <PageHead title={titles.batches} note={t.note} />
      {may('batch.submit') ? (
        <Ready asked={catalogue}>
          {() => <SubmitCard datasets={own.filter((dataset) => dataset.status === 'ACTIVE')} />}
        </Ready>
      ) : null}
      <Filters label={t.list}>
        <FilterChoice
          name="dataset"
          label={t.dataset}
          choices={own.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Filters>
      <Ready asked={batches}>
        {({ batches: { edges, pageInfo } }) => (
          <DataTable
            caption={t.list}
            rows={edges.map(({ node }) => node)}
            rowKey={({ batchId }) => batchId}
            pageInfo={pageInfo}
            empty={t.none}
            columns={[
              {
                key: 'file',
                title: t.file,
                render: ({ batchId, file }) => (
                  <RowLink to={`/batches/${encodeURIComponent(batchId)}`}>
                    {file?.name ?? `${t.byInterface} ${batchId}`}
                  </RowLink>
                ),
              },
              { key: 'dataset', title: t.dataset, render: ({ dataset }) => nameOf(dataset) },
              {
                key: 'status',
                title: t.status,
                render: (batch) => <Tag color={statusColour(batch.status)}>{status(batch.status)}</Tag>,
              },
              { key: 'received', title: t.received, number: true, render: ({ received }) => received },
              { key: 'accepted', title: t.accepted, number: true, render: ({ accepted }) => accepted },
              { key: 'unchanged', title: t.unchanged, number: true, render: ({ unchanged }) => unchanged },
              { key: 'held', title: t.held, number: true, render: ({ held }) => held },
              {
                key: 'rejected',
                title: t.rejected,
                number: true,
                render: ({ rejected }) =>
                  rejected === 0 ? rejected : <strong className="bad">{rejected}</strong>,
              },
              { key: 'at', title: t.receivedAt, render: ({ receivedAt }) => <Moment at={receivedAt} /> },
            ]}
          />
        )}
      </Ready>
    </>
  )
}

const none = {}
