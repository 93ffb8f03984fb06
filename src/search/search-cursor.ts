import { Refusal } from '../kernel/refusal.ts'

/** Where a page of answers ended. To whoever holds it it is a text without meaning. Pure. */
export type SearchCursor =
  | { kind: 'NAME'; tier: number; place: number; subjectId: number }
  | { kind: 'NUMBER'; number: string; subjectId: number }
  /** Behind the answers that are only close, of which there is one page. */
  | { kind: 'END' }

const ofName = /^n\.(\d)\.(\d{1,10})\.(\d{1,15})$/
const ofNumber = /^d\.([0-9A-Z]{1,20})\.(\d{1,15})$/

export function writeCursor(cursor: SearchCursor): string {
  return Buffer.from(textOf(cursor)).toString('base64url')
}

function textOf(cursor: SearchCursor): string {
  switch (cursor.kind) {
    case 'NAME':
      return `n.${cursor.tier}.${cursor.place}.${cursor.subjectId}`
    case 'NUMBER':
      return `d.${cursor.number}.${cursor.subjectId}`
    case 'END':
      return 'e'
  }
}

export function readCursor(text: string): SearchCursor {
  const plain = Buffer.from(text, 'base64url').toString()
  const [, tier, place, subjectId] = ofName.exec(plain) ?? []
  if (subjectId !== undefined)
    return { kind: 'NAME', tier: Number(tier), place: Number(place), subjectId: Number(subjectId) }
  const [, number, owner] = ofNumber.exec(plain) ?? []
  if (number !== undefined) return { kind: 'NUMBER', number, subjectId: Number(owner) }
  if (plain === 'e') return { kind: 'END' }
  throw new Refusal('INPUT_INVALID', '游标无效 (after: expected a cursor of an earlier page)')
}
