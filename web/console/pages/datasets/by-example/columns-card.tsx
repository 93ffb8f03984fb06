import { Alert } from 'antd'
import { useId, useState } from 'react'
import {
  byExampleTexts,
  datasetTexts,
  disclosureWords,
  familyWords,
  fieldTypeWords,
  matchedByWords,
} from '../../../texts/datasets.ts'
import { fill, useTexts, useWords } from '../../../texts/language.tsx'
import { shellTexts } from '../../../texts/shell.ts'
import type { ByExample } from '../dataset-operations.ts'
import { type Correction, type DefinitionField, definitionOf, fieldsIn, isSealed } from '../definition.ts'

type Props = {
  example: ByExample
  mapping: Readonly<Record<string, string | null>>
  onMap(heading: string, field: string | null): void
  corrections: Readonly<Record<string, Correction>>
  onCorrect(field: string, correction: Correction): void
}

/** Which column is which field, each to be corrected where it stands. */
export function ColumnsCard(props: Props) {
  const t = useTexts(byExampleTexts)
  const d = useTexts(datasetTexts)
  const family = useWords(familyWords)
  const { example } = props
  const fields = fieldsIn(definitionOf(example.definition))
  const named = new Map(fields.map((field) => [field.name, field]))
  const placed = new Set(example.columns.map(({ field }) => field))
  const added = fields.filter(({ name }) => !placed.has(name))
  return (
    <section className="card">
      <h2>{t.columns}</h2>
      {example.family === null ? null : (
        <p className="note">{fill(t.recognised, { family: family(example.family) })}</p>
      )}
      {example.problems.length === 0 ? null : (
        <Alert
          className="notice"
          type="warning"
          showIcon
          title={t.problems}
          description={
            <ul className="plain">
              {example.problems.map(({ code, heading, message }) => (
                <li key={`${code} ${heading}`}>
                  {heading === null ? null : <strong>{heading}：</strong>}
                  {message}
                </li>
              ))}
            </ul>
          }
        />
      )}
      <section
        className="table-place"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        tabIndex={0}
        aria-label={t.columns}
      >
        <table className="table">
          <caption className="unseen">{t.columns}</caption>
          <thead>
            <tr>
              <th scope="col">{t.heading}</th>
              <th scope="col">{t.take}</th>
              <th scope="col">{t.field}</th>
              <th scope="col">{d.label}</th>
              <th scope="col">{d.type}</th>
              <th scope="col">{d.required}</th>
              <th scope="col">{d.disclosure}</th>
              <th scope="col">{t.how}</th>
            </tr>
          </thead>
          <tbody>
            {example.columns.map((column) => (
              <ColumnRow
                key={column.heading}
                column={column}
                field={column.field === null ? null : (named.get(column.field) ?? null)}
                correction={column.field === null ? undefined : props.corrections[column.field]}
                onMap={(field) => props.onMap(column.heading, field)}
                onCorrect={props.onCorrect}
              />
            ))}
          </tbody>
        </table>
      </section>
      {added.length === 0 ? null : (
        <p className="note">
          {t.addedFields}：{added.map(({ name, label }) => `${label} (${name})`).join('、')}
        </p>
      )}
    </section>
  )
}

function ColumnRow(props: {
  column: ByExample['columns'][number]
  field: DefinitionField | null
  correction: Correction | undefined
  onMap(field: string | null): void
  onCorrect(field: string, correction: Correction): void
}) {
  const t = useTexts(byExampleTexts)
  const d = useTexts(datasetTexts)
  const shell = useTexts(shellTexts)
  const type = useWords(fieldTypeWords)
  const how = useWords(matchedByWords)
  const { column, field, correction, onMap, onCorrect } = props
  const { heading } = column
  // What was mapped before comes back when the column is taken again.
  const [last, setLast] = useState(column.field ?? column.alternatives[0] ?? '')
  return (
    <tr className={field === null ? 'left-out' : undefined}>
      <th scope="row" className="row-head">
        {heading}
      </th>
      <td>
        <input
          type="checkbox"
          aria-label={fill(t.takeColumn, { heading })}
          checked={column.field !== null}
          onChange={({ target }) => {
            if (column.field !== null) setLast(column.field)
            onMap(target.checked ? last || heading : null)
          }}
        />
      </td>
      <td>
        {column.field === null ? (
          '—'
        ) : (
          <FieldName
            key={column.field}
            label={fill(t.fieldOf, { heading })}
            name={column.field}
            others={column.alternatives}
            onName={onMap}
          />
        )}
      </td>
      {field === null ? (
        <td colSpan={4} />
      ) : (
        <>
          <td>
            <input
              key={field.label}
              className="cell-input"
              aria-label={fill(t.labelOf, { field: field.name })}
              defaultValue={correction?.label ?? field.label}
              maxLength={100}
              onBlur={({ target }) => {
                const label = target.value.trim()
                if (label !== '' && label !== (correction?.label ?? field.label))
                  onCorrect(field.name, { label })
              }}
            />
          </td>
          <td>{type(field.type)}</td>
          <td>{field.required === null ? d.sometimes : field.required ? shell.yes : shell.no}</td>
          <td>
            <DisclosureChoice
              field={field}
              chosen={correction?.disclosure ?? field.disclosure}
              onChoose={(disclosure) => onCorrect(field.name, { disclosure })}
            />
          </td>
        </>
      )}
      <td>
        {how(column.matchedBy)}
        {column.note === null ? null : <span className="cell-note">{column.note}</span>}
      </td>
    </tr>
  )
}

/** A field that the server suggests, or another that somebody types. */
function FieldName(props: {
  label: string
  name: string
  others: readonly string[]
  onName(name: string): void
}) {
  const id = useId()
  return (
    <>
      <input
        className="cell-input"
        aria-label={props.label}
        defaultValue={props.name}
        list={id}
        maxLength={64}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
        }}
        onBlur={({ target }) => {
          const name = target.value.trim()
          if (name !== '' && name !== props.name) props.onName(name)
        }}
      />
      <datalist id={id}>
        {props.others.map((other) => (
          <option key={other} value={other} />
        ))}
      </datalist>
    </>
  )
}

function DisclosureChoice(props: {
  field: DefinitionField
  chosen: string
  onChoose(disclosure: string): void
}) {
  const t = useTexts(byExampleTexts)
  const disclosure = useWords(disclosureWords)
  if (isSealed(props.field)) return <span title={t.sealed}>{disclosure('AUTHORISED')}</span>
  return (
    <select
      className="select"
      aria-label={fill(t.disclosureOf, { field: props.field.label })}
      value={props.chosen}
      onChange={({ target }) => props.onChoose(target.value)}
    >
      {['PUBLIC', 'GOV_SHARED', 'AUTHORISED'].map((code) => (
        <option key={code} value={code}>
          {disclosure(code)}
        </option>
      ))}
    </select>
  )
}
