import { Checkbox, Form, type FormRule, Input } from 'antd'
import { Fragment, type ReactNode } from 'react'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'
import type { Choice } from './filters.tsx'

/** A field of a form: what is asked for, not how it is drawn. */
export type Field = {
  name: string
  label: string
  kind: 'text' | 'area' | 'day' | 'choice' | 'choices' | 'check' | 'secret'
  choices?: readonly Choice[]
  optional?: boolean
  help?: string
  initial?: string | boolean | string[]
  most?: number
  /** Whole expression that a text has to match. */
  pattern?: RegExp
  autoComplete?: string
  /** Typed again, it has to be the same. */
  same?: { name: string; message: string }
  focus?: boolean
  /** Offered while a text is typed. */
  suggestions?: readonly string[]
}

export type Values = Readonly<Record<string, string | boolean | string[] | undefined>>

export function Fields({ fields }: { fields: readonly Field[] }) {
  return fields.map((field) => (
    <Fragment key={field.name}>
      <FieldItem field={field} />
      <Suggestions field={field} />
    </Fragment>
  ))
}

function FieldItem({ field }: { field: Field }) {
  const t = useTexts(shellTexts)
  const { name, kind, label, help, same } = field
  const required = !field.optional && kind !== 'check'
  const rules: FormRule[] = []
  const typed = kind === 'text' || kind === 'area'
  if (required) rules.push({ required: true, ...(typed ? { whitespace: true } : {}), message: t.required })
  if (field.pattern) rules.push({ pattern: field.pattern, message: help ?? t.malformed })
  if (same)
    rules.push(({ getFieldValue }) => ({
      validator: async (_rule, value: unknown) => {
        if (value !== getFieldValue(same.name)) throw new Error(same.message)
      },
    }))
  const common = { name, rules, ...(help === undefined ? {} : { extra: help }) }
  if (kind === 'check')
    return (
      <Form.Item {...common} valuePropName="checked" initialValue={field.initial ?? false}>
        <Checkbox>{label}</Checkbox>
      </Form.Item>
    )
  return (
    <Form.Item
      {...common}
      label={required ? label : `${label}${t.optional}`}
      initialValue={field.initial ?? (kind === 'choices' ? [] : '')}
    >
      {control(field, required)}
    </Form.Item>
  )
}

function Suggestions({ field: { name, suggestions } }: { field: Field }) {
  if (!suggestions) return null
  return (
    <datalist id={`${name}-suggestions`}>
      {suggestions.map((text) => (
        <option key={text} value={text} />
      ))}
    </datalist>
  )
}

function control(
  { name, label, kind, choices = [], most, autoComplete, focus, suggestions }: Field,
  required: boolean,
): ReactNode {
  const length = most === undefined ? {} : { maxLength: most }
  switch (kind) {
    case 'area':
      return <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} {...length} />
    case 'day':
      return <Input type="date" className="day" />
    case 'secret':
      return <Input.Password autoComplete={autoComplete ?? 'off'} />
    case 'choice':
      return <Choose choices={choices} required={required} />
    case 'choices':
      return <ChooseSome label={label} choices={choices} />
    default:
      return (
        <Input
          autoComplete={autoComplete ?? 'off'}
          autoFocus={focus ?? false}
          {...(suggestions ? { list: `${name}-suggestions` } : {})}
          {...length}
        />
      )
  }
}

type ChooseSomeProps = {
  label: string
  choices: readonly Choice[]
  value?: string[]
  onChange?(value: string[]): void
}

/** The form would mark the group as required, which a group cannot be. */
function ChooseSome({ label, choices, value = [], onChange = () => undefined }: ChooseSomeProps) {
  return <Checkbox.Group aria-label={label} options={[...choices]} value={value} onChange={onChange} />
}

type ChooseProps = {
  choices: readonly Choice[]
  required?: boolean
  id?: string
  value?: string
  onChange?(value: string): void
}

/** The browser's own list of choices: every keyboard and screen reader knows it. */
export function Choose({ choices, required = false, id, value, onChange }: ChooseProps) {
  return (
    <select
      id={id}
      className="select wide"
      value={value ?? ''}
      aria-required={required}
      onChange={({ target }) => onChange?.(target.value)}
    >
      <option value="">—</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  )
}

/** The text of a field; empty ones are null. */
export const textOf = (values: Values, name: string): string | null => {
  const value = values[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}
export const neededText = (values: Values, name: string): string => textOf(values, name) ?? ''
