import { DataTable } from '../../parts/data-table.tsx'
import { datasetTexts, disclosureWords, fieldTypeWords } from '../../texts/datasets.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import { shellTexts } from '../../texts/shell.ts'
import { type Definition, fieldsIn } from './definition.ts'

export function FieldTable({ definition }: { definition: Definition }) {
  const t = useTexts(datasetTexts)
  const shell = useTexts(shellTexts)
  const disclosure = useWords(disclosureWords)
  const type = useWords(fieldTypeWords)
  return (
    <DataTable
      caption={t.fields}
      rows={fieldsIn(definition)}
      rowKey={({ name }) => name}
      columns={[
        { key: 'name', title: t.name, render: ({ name }) => <code>{name}</code> },
        { key: 'label', title: t.label, render: ({ label }) => label },
        { key: 'type', title: t.type, render: (field) => type(field.type) },
        {
          key: 'required',
          title: t.required,
          render: ({ required }) => (required === null ? t.sometimes : required ? shell.yes : shell.no),
        },
        { key: 'disclosure', title: t.disclosure, render: (field) => disclosure(field.disclosure) },
      ]}
    />
  )
}
