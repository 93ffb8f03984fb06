import { Tag } from 'antd'
import type { ReactNode } from 'react'
import { fill, useLanguage, useTexts, wordOf } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'
import { factValueWords, factWords } from '../texts/words.ts'

/** Names with their values, e.g. of one case. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === '' || value === undefined ? '—' : value}</dd>
        </div>
      ))}
    </dl>
  )
}

export type Due = { dueOn: string | null; overdue?: boolean; provisional?: boolean; name?: string }

/** The clock of a step: what is owed until when. */
export function Clock({ due }: { due: Due | null }) {
  const t = useTexts(shellTexts)
  if (due === null || due.dueOn === null) return '—'
  return (
    <span className="clock" title={due.name}>
      {due.overdue ? <Tag color="red">{t.overdue}</Tag> : null}
      {fill(t.due, { day: due.dueOn })}
      {due.provisional ? ` (${t.provisional})` : ''}
    </span>
  )
}

/** A moment in the city's own time. */
export function Moment({ at }: { at: string | null | undefined }) {
  const { language } = useLanguage()
  if (!at) return '—'
  return (
    <time dateTime={at} className="moment">
      {new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
        timeZone: 'Asia/Shanghai',
        dateStyle: 'short',
        timeStyle: 'medium',
      }).format(new Date(at))}
    </time>
  )
}

export const today = (): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())

type HistoryEntry = { key: string; what: ReactNode; on: ReactNode; by?: ReactNode; details?: unknown }

/** What happened, in order. */
export function History({ label, entries }: { label: string; entries: readonly HistoryEntry[] }) {
  return (
    <ol className="history" aria-label={label}>
      {entries.map(({ key, what, on, by, details }) => (
        <li key={key}>
          <strong>{what}</strong> <span>{on}</span> {by ? <span>{by}</span> : null}
          <Details details={details} />
        </li>
      ))}
    </ol>
  )
}

const yesNoWords = { true: shellTexts.yes, false: shellTexts.no }

/** A fact of an act or an event as people read it: its name, and its value where that is a code. */
export function useFactText(): (name: string, value: string) => readonly [name: string, value: string] {
  const { language } = useLanguage()
  return (name, value) => [
    wordOf(factWords, name, language),
    wordOf(factValueWords[name] ?? yesNoWords, value, language),
  ]
}

function Details({ details }: { details: unknown }) {
  const factText = useFactText()
  const lines = flat('', details)
  if (lines.length === 0) return null
  return (
    <dl className="history-details">
      {lines.map(([key, code]) => {
        const [name, value] = factText(key, code)
        return (
          <div key={key}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        )
      })}
    </dl>
  )
}

/** What an event holds, one line for each value: `pledge.text`. */
function flat(name: string, value: unknown): [string, string][] {
  if (value === null || value === undefined || value === '') return []
  if (typeof value !== 'object') return [[name, String(value)]]
  return Object.entries(value).flatMap(([key, inner]) => flat(name === '' ? key : `${name}.${key}`, inner))
}
