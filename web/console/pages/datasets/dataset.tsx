import { Button, Tag } from 'antd'
import { Link, useNavigate, useParams } from 'react-router'
import { act } from '../../api/ask.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { Facts } from '../../parts/facts.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Nothing, Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { datasetStatusWords, datasetTexts, disclosureWords } from '../../texts/datasets.ts'
import { fill, useTexts, useWords } from '../../texts/language.tsx'
import { datasetColour } from './dataset-colour.ts'
import './datasets.css'
import {
  DatasetDocument,
  type ManagedDataset,
  PublishDraftDocument,
  RetireDatasetDocument,
} from './dataset-operations.ts'
import { definitionOf, textIn, textsIn } from './definition.ts'
import { Editions } from './editions.tsx'
import { FieldTable } from './field-table.tsx'

/** A catalogue entry as it stands, and how it came to be so. */
export default function DatasetPage() {
  const t = useTexts(datasetTexts)
  const { code = '' } = useParams()
  const disclosure = useWords(disclosureWords)
  const asked = useAsk(DatasetDocument, { code })
  return (
    <Ready asked={asked}>
      {({ managedDatasets, datasetHistory, departments, listTypes }) => {
        const dataset = managedDatasets.find((entry) => entry.code === code)
        if (!dataset) return <Nothing>{t.unknown}</Nothing>
        const definition = definitionOf(datasetHistory[0]?.definition)
        return (
          <>
            <DatasetHead dataset={dataset} onChange={asked.reload} />
            <section className="card">
              <h2>{t.attributes}</h2>
              <Facts
                facts={[
                  [t.code, <code key="code">{dataset.code}</code>],
                  [
                    t.department,
                    departments.find((entry) => entry.code === dataset.department)?.name ??
                      dataset.department,
                  ],
                  [t.version, dataset.version],
                  [
                    t.listType,
                    listTypes.find((entry) => entry.code === dataset.listType)?.name ?? dataset.listType,
                  ],
                  [t.nature, textIn(definition, 'nature')],
                  [t.sharing, disclosure(textIn(definition, 'sharing'))],
                  [t.coverage, textIn(definition, 'coverage')],
                  [t.updateCycle, textIn(definition, 'updateCycle')],
                  [t.format, textIn(definition, 'format')],
                  [t.sourceKey, textsIn(definition, 'sourceKey').join('、')],
                  [t.legalBasis, textsIn(definition, 'legalBasis').join('；')],
                ]}
              />
            </section>
            <section className="card">
              <h2>{t.fields}</h2>
              <FieldTable definition={definition} />
            </section>
            <section className="card">
              <h2>{t.history}</h2>
              <Editions editions={datasetHistory} />
            </section>
          </>
        )
      }}
    </Ready>
  )
}

function DatasetHead({ dataset, onChange }: { dataset: ManagedDataset; onChange(): void }) {
  const t = useTexts(datasetTexts)
  const status = useWords(datasetStatusWords)
  const may = useMay()
  const navigate = useNavigate()
  const { code } = dataset
  const input = { code }
  return (
    <PageHead
      title={
        <>
          {dataset.name} <Tag color={datasetColour(dataset.status)}>{status(dataset.status)}</Tag>
        </>
      }
      note={<Link to="/datasets">{t.back}</Link>}
    >
      {dataset.status !== 'RETIRED' && may('dataset.draft') ? (
        <Button
          onClick={() =>
            navigate(`/datasets/new?${new URLSearchParams({ code, department: dataset.department })}`)
          }
        >
          {t.newVersion}
        </Button>
      ) : null}
      {dataset.status === 'DRAFT' && may('dataset.publish') ? (
        <ActButton
          primary
          label={t.publishDraft}
          title={fill(t.publishDraftTitle, { code })}
          text={t.publishDraftText}
          onAct={() => act(PublishDraftDocument, { input })}
          onDone={onChange}
        />
      ) : null}
      {dataset.status === 'ACTIVE' && may('dataset.publish') ? (
        <ActButton
          danger
          label={t.retire}
          title={fill(t.retireTitle, { code })}
          text={t.retireText}
          onAct={() => act(RetireDatasetDocument, { input })}
          onDone={onChange}
        />
      ) : null}
    </PageHead>
  )
}
