import { Input } from 'antd'
import { useId, useState } from 'react'
import { NavLink } from 'react-router'
import { useAsk } from '../../api/use-ask.ts'
import { oneOf, useAddress } from '../../parts/address.ts'
import { FilterChoice, Filters, FilterText } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Ready } from '../../parts/states.tsx'
import { auditTexts } from '../../texts/audit.ts'
import { useTexts } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'
import { ActsView } from './acts-view.tsx'
import {
  AdministrationDocument,
  AuditChoicesDocument,
  type Filter,
  SignInsDocument,
} from './audit-operations.ts'
import './audit.css'
import { EntriesView } from './entries-view.tsx'
import { ExportButton } from './export-button.tsx'
import { TracesView } from './traces-view.tsx'

const views = ['entries', 'acts', 'administration', 'signIns'] as const
const outcomes = ['OK', 'REFUSED'] as const
const none = {}

/** Who asked what and why, of all departments: the log, and what officers and administrators did. */
export default function Audit() {
  const t = useTexts(auditTexts)
  const titles = useTexts(pageTexts)
  const { value } = useAddress()
  const asked = useAsk(AuditChoicesDocument, none)
  const [subject, setSubject] = useState('')
  const view = oneOf(value('view'), views) ?? 'entries'
  const filter: Filter = {
    department: value('department'),
    officerId: value('officer'),
    operation: value('operation'),
    outcome: oneOf(value('outcome'), outcomes) ?? 'ANY',
    from: value('from'),
    to: value('to'),
    subject: view === 'entries' && subject !== '' ? subject : null,
  }
  return (
    <>
      <PageHead title={titles.audit} note={t.note}>
        {view === 'entries' ? <ExportButton filter={filter} /> : null}
      </PageHead>
      <nav aria-label={t.views} className="views">
        {views.map((name) => (
          <NavLink
            key={name}
            to={`?${new URLSearchParams({ view: name })}`}
            className={name === view ? 'current' : ''}
            aria-current={name === view ? 'page' : false}
          >
            {t[name]}
          </NavLink>
        ))}
      </nav>
      <Ready asked={asked}>
        {(choices) => (
          <>
            <Filters label={t.filters}>
              {view === 'entries' || view === 'acts' ? (
                <FilterChoice
                  name="department"
                  label={t.department}
                  choices={choices.departments.map(({ code, name }) => ({ value: code, label: name }))}
                />
              ) : null}
              <FilterChoice
                name="officer"
                label={t.officer}
                choices={choices.officers.map(({ id, name, department }) => ({
                  value: id,
                  label: `${name}（${department.name}）`,
                }))}
              />
              <FilterText name="from" label={t.from} type="date" />
              <FilterText name="to" label={t.to} type="date" />
              {view === 'entries' ? (
                <>
                  <FilterText name="operation" label={t.operation} />
                  <FilterChoice
                    name="outcome"
                    label={t.outcome}
                    choices={[
                      { value: 'OK', label: t.succeeded },
                      { value: 'REFUSED', label: t.refused },
                    ]}
                  />
                  <SubjectFilter onSubject={setSubject} />
                </>
              ) : null}
            </Filters>
            {view === 'entries' ? <EntriesView filter={filter} choices={choices} /> : null}
            {view === 'acts' ? <ActsView filter={filter} choices={choices} /> : null}
            {view === 'administration' ? (
              <TracesView
                document={AdministrationDocument}
                filter={filter}
                choices={choices}
                target={t.target}
              />
            ) : null}
            {view === 'signIns' ? (
              <TracesView document={SignInsDocument} filter={filter} choices={choices} target={t.address} />
            ) : null}
          </>
        )}
      </Ready>
    </>
  )
}

/** It may be a number of a person, so it is kept out of the address and the history of the browser. */
function SubjectFilter({ onSubject }: { onSubject(subject: string): void }) {
  const t = useTexts(auditTexts)
  const { set } = useAddress()
  const id = useId()
  function apply(text: string) {
    set({ after: null })
    onSubject(text.trim())
  }
  return (
    <div className="filter">
      <label htmlFor={id}>{t.subject}</label>
      <Input
        id={id}
        autoComplete="off"
        title={t.subjectNote}
        onPressEnter={({ currentTarget }) => apply(currentTarget.value)}
        onBlur={({ currentTarget }) => apply(currentTarget.value)}
      />
    </div>
  )
}
