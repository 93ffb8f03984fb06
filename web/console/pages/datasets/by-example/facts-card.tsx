import { Form, type FormInstance } from 'antd'
import { useEffect } from 'react'
import { type Field, Fields, type Values } from '../../../parts/fields.tsx'
import { useMay } from '../../../session/viewer.tsx'
import { byExampleTexts, disclosureWords } from '../../../texts/datasets.ts'
import { useTexts, useWords } from '../../../texts/language.tsx'

type Named = { code: string; name: string }

/** What only people can say of a dataset. Everything else is told from the sample. */
export function FactsCard(props: {
  form: FormInstance<Values>
  department: string
  /** Of a dataset that gets a new version. */
  code: string | null
  departments: readonly Named[]
  listTypes: readonly Named[]
  onChange(facts: Values): void
}) {
  const t = useTexts(byExampleTexts)
  const disclosure = useWords(disclosureWords)
  const may = useMay()
  const { form, onChange } = props
  // What the form begins with counts as said.
  useEffect(() => onChange(form.getFieldsValue()), [form, onChange])

  const named = (choices: readonly Named[]) =>
    choices.map(({ code, name }) => ({ value: code, label: `${name} (${code})` }))
  // An officer proposes for her own department, an administrator for any.
  const departments = may('dataset.publish')
    ? props.departments
    : props.departments.filter(({ code }) => code === props.department)
  const first: Field[] = [
    {
      name: 'department',
      label: t.department,
      kind: 'choice',
      choices: named(departments),
      initial: props.department,
    },
    { name: 'name', label: t.name, kind: 'text', most: 100 },
    {
      name: 'code',
      label: t.code,
      kind: 'text',
      help: t.codeHelp,
      pattern: /^[A-Z][A-Z0-9_]{1,63}$/,
      ...(props.code === null ? {} : { initial: props.code }),
    },
    { name: 'coverage', label: t.coverage, kind: 'text', initial: t.wholeCity, most: 200 },
    { name: 'legalBasis', label: t.legalBasis, kind: 'area' },
  ]
  const more: Field[] = [
    {
      name: 'sharing',
      label: t.sharing,
      kind: 'choice',
      choices: ['PUBLIC', 'GOV_SHARED', 'AUTHORISED'].map((code) => ({
        value: code,
        label: disclosure(code),
      })),
      optional: true,
    },
    { name: 'listType', label: t.listType, kind: 'choice', choices: named(props.listTypes), optional: true },
    {
      name: 'updateCycle',
      label: t.updateCycle,
      kind: 'text',
      optional: true,
      help: t.byItself,
      most: 200,
    },
    { name: 'nature', label: t.nature, kind: 'text', optional: true, help: t.byItself, most: 200 },
  ]
  return (
    <section className="card">
      <h2>{t.facts}</h2>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        onValuesChange={(_changed, all) => onChange(all)}
      >
        <div className="columns">
          <Fields fields={first} />
        </div>
        <details>
          <summary>{t.more}</summary>
          <div className="columns">
            <Fields fields={more} />
          </div>
        </details>
      </Form>
    </section>
  )
}
