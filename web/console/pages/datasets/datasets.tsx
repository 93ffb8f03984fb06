import { Tag } from 'antd'
import { Link } from 'react-router'
import { useAsk } from '../../api/use-ask.ts'
import { useAddress } from '../../parts/address.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { FilterChoice, Filters } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowLink } from '../../parts/row-opener.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { datasetStatusWords, datasetTexts } from '../../texts/datasets.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'
import { datasetColour } from './dataset-colour.ts'
import { DatasetsDocument } from './dataset-operations.ts'

const none = {}
const statuses = ['DRAFT', 'ACTIVE', 'RETIRED']

export default function Datasets() {
  const t = useTexts(datasetTexts)
  const titles = useTexts(pageTexts)
  const status = useWords(datasetStatusWords)
  const may = useMay()
  const { value } = useAddress()
  const asked = useAsk(DatasetsDocument, none)
  const [chosenStatus, chosenDepartment] = [value('status'), value('department')]
  return (
    <>
      <PageHead title={titles.datasets} note={t.note}>
        {may('dataset.draft') ? (
          <Link className="ant-btn-like" to="/datasets/new">
            {t.byExample}
          </Link>
        ) : null}
      </PageHead>
      <Ready asked={asked}>
        {({ managedDatasets, departments, listTypes }) => {
          const nameOf = (code: string) => departments.find((entry) => entry.code === code)?.name ?? code
          const providers = [...new Set(managedDatasets.map(({ department }) => department))]
          const rows = managedDatasets.filter(
            (dataset) =>
              (chosenStatus === null || dataset.status === chosenStatus) &&
              (chosenDepartment === null || dataset.department === chosenDepartment),
          )
          return (
            <>
              <Filters label={t.list}>
                <FilterChoice
                  name="department"
                  label={t.department}
                  choices={providers.map((code) => ({ value: code, label: nameOf(code) }))}
                />
                <FilterChoice
                  name="status"
                  label={t.status}
                  choices={statuses.map((code) => ({ value: code, label: status(code) }))}
                />
              </Filters>
              <DataTable
                caption={t.list}
                rows={rows}
                rowKey={({ code }) => code}
                empty={t.none}
                columns={[
                  {
                    key: 'name',
                    title: t.name,
                    sortBy: ({ name }) => name,
                    render: ({ code, name }) => <RowLink to={`/datasets/${code}`}>{name}</RowLink>,
                  },
                  {
                    key: 'code',
                    title: t.code,
                    sortBy: ({ code }) => code,
                    render: ({ code }) => <code>{code}</code>,
                  },
                  {
                    key: 'department',
                    title: t.department,
                    sortBy: ({ department }) => nameOf(department),
                    render: ({ department }) => nameOf(department),
                  },
                  {
                    key: 'list',
                    title: t.listType,
                    render: ({ listType }) =>
                      listTypes.find(({ code }) => code === listType)?.name ?? listType ?? '—',
                  },
                  { key: 'version', title: t.version, number: true, render: ({ version }) => version },
                  {
                    key: 'status',
                    title: t.status,
                    render: (dataset) => (
                      <Tag color={datasetColour(dataset.status)}>{status(dataset.status)}</Tag>
                    ),
                  },
                ]}
              />
            </>
          )
        }}
      </Ready>
    </>
  )
}
