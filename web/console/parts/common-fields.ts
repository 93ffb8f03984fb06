import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'
import { workTexts } from '../texts/work.ts'
import type { Field } from './fields.tsx'
import type { Choice } from './filters.tsx'

/** Fields that the acts of several lists ask for. */
export function useCommonFields(): Record<'reasons' | 'documentNo' | 'note' | 'on', Field> {
  const s = useTexts(shellTexts)
  const t = useTexts(workTexts)
  return {
    reasons: { name: 'reasons', label: s.reason, kind: 'area', most: 500 },
    documentNo: { name: 'documentNo', label: s.documentNo, kind: 'text', most: 200 },
    note: { name: 'note', label: t.note, kind: 'area', most: 500, optional: true, help: t.noteHelp },
    on: { name: 'on', label: t.on, kind: 'day', optional: true },
  }
}

/** A closed set as choices, in its own order. */
export const choicesOf = <Code extends string>(
  codes: readonly Code[],
  word: (code: string) => string,
): Choice[] => codes.map((value) => ({ value, label: word(value) }))
