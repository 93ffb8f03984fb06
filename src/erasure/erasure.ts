import { type DatasetDefinition, isSealedType } from '../catalogue/definition.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import type { Sealed, StoredContent } from '../records/record-content.ts'
import { normaliseIdentifier } from '../subjects/identifiers.ts'

/** Erasing a natural person (个人信息删除, 个人信息保护法 art. 47): what stands against it, and what is said of whom. Pure. */

/** What stands in the place of a name; `without_names` in SQL writes the same. */
export const erasedName = '〔已删除〕'

const legalBasis = '个人信息保护法第三十四条、第四十七条；河南省社会信用条例第十九条、第二十五条'

export const hindranceKinds = [
  'LISTING',
  'RECORD',
  'RESPONSIBLE',
  'CASE',
  'TASK',
  'FILE',
  'MERGED',
  'HELD_ROW',
] as const
export type HindranceKind = (typeof hindranceKinds)[number]

/** `ref`: the number of the listing, record, case, task, batch, other subject or held row. */
export type Hindrance = { kind: HindranceKind; ref: number }

const meanings: Readonly<Record<HindranceKind, string>> = {
  LISTING: '名单未退出 (a listing is pending or not over)',
  RECORD: '记录仍有效 (a record stands)',
  RESPONSIBLE: '有效记录中列为责任人员 (named as a responsible person by a record that stands)',
  CASE: '异议、修复未办结 (a case is open)',
  TASK: '惩戒措施未解除 (a measure is not lifted)',
  FILE: '文件批次未完成 (a file is not finished)',
  MERGED: '与其他主体归并，请先撤销 (merged with another subject: withdraw that first)',
  HELD_ROW: '待核实的行未处理 (a held row waits for a decision)',
}

/** The law still needs what the exchange holds about the person: each reason with the number of what it is about. */
export class ErasureHindered extends AdministrationRefusal {
  readonly hindrances: readonly Hindrance[]

  constructor(hindrances: readonly Hindrance[]) {
    const lines = hindrances.map(({ kind, ref }) => `${meanings[kind]}: ${ref}`)
    super('ERASURE_HINDERED', `不能删除 (cannot be erased)，${legalBasis}：\n${lines.join('\n')}`)
    this.hindrances = hindrances
  }
}

export function requireUnhindered(hindrances: readonly Hindrance[]): void {
  if (hindrances.length > 0) throw new ErasureHindered(hindrances)
}

/** Names as departments wrote them, the longest first, and certificate numbers in their normal form. */
export type PersonIdentity = { names: readonly string[]; numbers: readonly string[] }

/** The trace of the erasure stays: it must not say who was erased. */
export function requireNameless(identity: PersonIdentity, texts: readonly string[]): void {
  if (!texts.some((text) => isNamedIn(identity, text))) return
  throw new AdministrationRefusal(
    'INPUT_INVALID',
    '理由和依据不得写出姓名或者证件号码 (reason and basis must not name the person)',
  )
}

/** Whether a text says a name, or a number however it is written. */
export function isNamedIn({ names, numbers }: PersonIdentity, text: string): boolean {
  if (names.some((name) => text.includes(name))) return true
  return hasNumber(numbers, text)
}

export function hasNumber(numbers: readonly string[], text: string): boolean {
  const normal = normaliseIdentifier(text)
  return numbers.some((number) => normal.includes(number))
}

export function withoutNames({ names }: PersonIdentity, text: string): string {
  return names.reduce((rest, name) => rest.replaceAll(name, erasedName), text)
}

/**
 * What is left of the content of a record of others, once a person is taken out of it; null: it does not give the person's
 * number, and a name alone finds nobody. Where the number is that of its subject, nothing is left.
 */
export function contentWithout(
  { fields, subject }: DatasetDefinition,
  content: StoredContent,
  identity: PersonIdentity,
  open: (field: string, value: Sealed) => string,
): StoredContent | null {
  const theirs = fields.filter(({ name, value }) => {
    const stored = content[name]
    return isSealedType(value) && typeof stored === 'object' && identity.numbers.includes(open(name, stored))
  })
  if (theirs.length === 0) return null
  if (theirs.some(({ name }) => name === subject.certificate || name === subject.number)) return {}
  const gone = new Set(theirs.map(({ name }) => name))
  return Object.fromEntries(
    Object.entries(content).flatMap(([name, value]) => {
      if (gone.has(name)) return []
      return [[name, typeof value === 'string' ? withoutNames(identity, value) : value]]
    }),
  )
}
