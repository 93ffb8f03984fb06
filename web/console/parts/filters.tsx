import { Button, Input } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'
import { useAddress } from './address.ts'

export type Choice = { value: string; label: string }

/** The filters above a list. */
export function Filters({ label, children }: { label: string; children: ReactNode }) {
  return (
    <search className="filters" aria-label={label}>
      {children}
    </search>
  )
}

export function FilterChoice({
  name,
  label,
  choices,
  unset,
}: {
  name: string
  label: string
  choices: readonly Choice[]
  /** What holds where nothing is chosen; usually all. */
  unset?: string
}) {
  const t = useTexts(shellTexts)
  const { value, set } = useAddress()
  const id = useId()
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="select"
        value={value(name) ?? ''}
        onChange={({ target }) => set({ [name]: target.value })}
      >
        <option value="">{unset ?? t.all}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Takes effect with Enter or when it is left. */
export function FilterText({
  name,
  label,
  type = 'text',
}: {
  name: string
  label: string
  type?: 'text' | 'date'
}) {
  const { value, set } = useAddress()
  const id = useId()
  const current = value(name) ?? ''
  const apply = (text: string) => {
    if (text.trim() !== current) set({ [name]: text.trim() })
  }
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <Input
        // What the address says wins over what was typed before.
        key={current}
        id={id}
        type={type}
        defaultValue={current}
        onPressEnter={({ currentTarget }) => apply(currentTarget.value)}
        onBlur={({ currentTarget }) => apply(currentTarget.value)}
        onChange={({ target }) => {
          if (type === 'date' && (target.value === '' || /^(19|20)\d\d-/.test(target.value)))
            apply(target.value)
        }}
      />
    </div>
  )
}

export function FilterToggle({ name, label }: { name: string; label: string }) {
  const { value, set } = useAddress()
  const on = value(name) === '1'
  return (
    <Button
      className="filter-toggle"
      aria-pressed={on}
      type={on ? 'primary' : 'default'}
      onClick={() => set({ [name]: on ? null : '1' })}
    >
      {label}
    </Button>
  )
}

/** What is chosen on the page alone, e.g. which rows a bulk act is for. */
export function useSelection() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const toggle = (key: string) =>
    setSelected((last) => {
      const next = new Set(last)
      if (!next.delete(key)) next.add(key)
      return next
    })
  return { selected, toggle, setSelected }
}
