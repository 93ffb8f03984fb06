import { Refusal } from '../kernel/refusal.ts'
import { checkIdentifier, type IdentifierScheme, isPersonScheme, readSubjectNumber } from './identifiers.ts'
import type { SubjectReference } from './subject-store.ts'

/** A subject as a department names it by number and name, for something that will be tied to it. Pure. */
export function readReference(raw: string, scheme: IdentifierScheme | null, name: string): SubjectReference {
  const { check, scheme: read } = scheme ? { scheme, check: checkIdentifier(scheme, raw) } : toldByForm(raw)
  if (check.status !== 'valid')
    throw new Refusal(
      'INPUT_INVALID',
      '号码格式或者校验码不正确 (identifier: not valid in form or check character)',
    )
  if (read === 'USCC') return { kind: 'ORGANISATION', uscc: check.value, name, otherNumbers: [] }
  if (isPersonScheme(read)) return { kind: 'PERSON', scheme: read, number: check.value, name }
  throw new Refusal(
    'INPUT_INVALID',
    '法人和非法人组织只以统一社会信用代码确定 (an organisation is named by its unified social credit code alone)',
    '河南省社会信用条例第十六条',
  )
}

/** A number whose kind its form tells. */
export function toldByForm(raw: string) {
  const number = readSubjectNumber(raw)
  if (number.status === 'READ') return number
  throw new Refusal(
    'INPUT_INVALID',
    '分不清号码类型，请指明 scheme (more than one kind of number fits: name the scheme)',
  )
}
