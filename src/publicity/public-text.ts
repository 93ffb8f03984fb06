import type { FieldType } from '../catalogue/definition.ts'
import { checkResidentId, isPersonalTaxId } from '../subjects/identifiers.ts'

/**
 * Texts as the public reads them. Pure. Decisions are published without certificate and telephone numbers (政府信息公开条例
 * art. 15; 市场监管总局令第45号 art. 6); where an organ left one in its prose, it is taken out here.
 */

const withheld = '（号码不公开）'
// Digits of full width count as well: they are read as numbers by whoever reads them.
const residentNumber = /(?<![\d０-９])[\d０-９]{17}[\d０-９XxＸｘ](?![\d０-９])/g
const oldResidentNumber = /(?<![\d０-９])[\d０-９]{15}(?![\d０-９A-Za-z])/g
const mobileNumber = /(?<![\d０-９])[1１][3-9３-９][\d０-９]{9}(?![\d０-９])/g

export function withoutPersonalNumbers(text: string): string {
  return text
    .replace(residentNumber, (number) => (isResidentNumber(number) ? withheld : number))
    .replace(oldResidentNumber, (number) => (isResidentNumber(number) ? withheld : number))
    .replace(mobileNumber, withheld)
}

const isResidentNumber = (number: string) => checkResidentId(number.normalize('NFKC')).status !== 'malformed'

/** Money is stored in fen. */
function moneyText(fen: number, unit: 'YUAN' | 'WAN'): string {
  const [per, places] = unit === 'YUAN' ? [100, 2] : [1_000_000, 6]
  const rest = String(fen % per)
    .padStart(places, '0')
    .replace(/0+$/, '')
  return `${Math.floor(fen / per)}${rest === '' ? '' : `.${rest}`}`
}

/** A stored value as text; that of a sealed column is none. */
export function publicValue(type: FieldType, value: unknown): string | null {
  switch (type.type) {
    case 'MONEY_WAN':
      return typeof value === 'number' ? moneyText(value, 'WAN') : null
    case 'MONEY_YUAN':
      return typeof value === 'number' ? moneyText(value, 'YUAN') : null
    case 'INTEGER':
      return typeof value === 'number' ? String(value) : null
    case 'TEXT':
      return typeof value === 'string' ? withoutPersonalNumbers(value) : null
    case 'IDENTIFIER':
      // Tax numbers of the self-employed were once made of their identity numbers.
      if (type.scheme === 'TAX_ID' && typeof value === 'string' && isPersonalTaxId(value)) return null
      return typeof value === 'string' ? value : null
    case 'CODE':
    case 'DATE':
      return typeof value === 'string' ? value : null
    case 'CERTIFICATE':
    case 'SUBJECT_NUMBER':
      return null
  }
}
