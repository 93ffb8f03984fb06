import type { ListNature } from './catalogue-file.ts'
import { type CatalogueMeasure, citesLaw, decisionPlaces, type MeasureClass, placesOf } from './measures.ts'

/** What a measure may not be, whoever writes it into the catalogue. Pure; every fault is told, each with its legal basis. */

export type MeasureFaultCode =
  | 'BASIS_MISSING'
  | 'LAW_MISSING'
  | 'CLASS_CONTRADICTED'
  | 'LIST_TYPE_UNKNOWN'
  | 'HINT_PUNISHES'
  | 'TRUSTWORTHY_PUNISHED'
  | 'INCENTIVE_FOR_DISHONESTY'
  | 'PLACE_UNKNOWN'
  | 'DECISION_INCOMPLETE'

export type MeasureFault = { code: MeasureFaultCode; message: string; legalBasis: string }

/** The nature of a list; null: there is no such list. */
export type NatureOf = (listType: string) => ListNature | null

type Judged = Pick<
  CatalogueMeasure,
  'class' | 'reducesRights' | 'status' | 'legalBasis' | 'triggers' | 'decisionText'
>

export function measureFaults(measure: Judged, natureOf: NatureOf): MeasureFault[] {
  return [
    ...basisFaults(measure),
    ...classFaults(measure),
    ...triggerFaults(measure, natureOf),
    ...textFaults(measure),
  ]
}

export const describeMeasureFault = (
  { code, effectiveFrom }: Pick<CatalogueMeasure, 'code' | 'effectiveFrom'>,
  fault: MeasureFault,
): string => `措施 ${code}（自 ${effectiveFrom}）: ${fault.message}（${fault.legalBasis}）[${fault.code}]`

function basisFaults({ status, reducesRights, legalBasis }: Judged): MeasureFault[] {
  if (legalBasis.length === 0) {
    const message = '没有依据的措施不得列入目录，更不得启用 (a measure without a legal basis is none)'
    return [{ code: 'BASIS_MISSING', message, legalBasis: '国办发〔2020〕49号' }]
  }
  if (status !== 'ACTIVE' || !reducesRights || legalBasis.some(citesLaw)) return []
  const message =
    '减损权益或者增加义务的措施须以法律、行政法规或者地方性法规为依据，写作《…法》、…法第…条或者…条例第…条；备忘录、意见、通知不足以为据 (a measure that reduces rights cites a law or regulation by its article)'
  return [{ code: 'LAW_MISSING', message, legalBasis: '国办发〔2020〕49号' }]
}

function classFaults({ class: of, reducesRights }: Judged): MeasureFault[] {
  if (reducesRights === (of === '减损权益或增加义务')) return []
  const message = `类别“${of}”与 reducesRights ${reducesRights} 不一致 (the class says otherwise than reducesRights)`
  return [{ code: 'CLASS_CONTRADICTED', message, legalBasis: '全国失信惩戒措施基础清单' }]
}

/** Every list that triggers it, judged by its nature. */
export function triggerFaults(
  { class: of, triggers }: Pick<CatalogueMeasure, 'class' | 'triggers'>,
  natureOf: NatureOf,
): MeasureFault[] {
  return triggers.flatMap(({ listType }) => triggerFault(of, listType, natureOf(listType)) ?? [])
}

function triggerFault(of: MeasureClass, listType: string, nature: ListNature | null): MeasureFault | null {
  switch (nature) {
    case null: {
      const message = `没有名单 ${listType} (no list type ${listType})`
      return { code: 'LIST_TYPE_UNKNOWN', message, legalBasis: '国办发〔2020〕49号' }
    }
    case 'KEY_ATTENTION': {
      if (of === '提示') return null
      const message = `重点关注名单 ${listType} 只作提示，不得据以惩戒 (a list of attention brings hints only)`
      return { code: 'HINT_PUNISHES', message, legalBasis: '国办发〔2020〕49号' }
    }
    case 'TRUSTWORTHY': {
      if (of === '守信激励') return null
      const message = `守信名单 ${listType} 只可给予激励 (a list of the trustworthy brings incentives only)`
      return { code: 'TRUSTWORTHY_PUNISHED', message, legalBasis: '国发〔2016〕33号' }
    }
    case 'SERIOUS_DISHONESTY':
    case 'JOINT_PUNISHMENT': {
      if (of !== '守信激励') return null
      const message = `失信名单 ${listType} 不得给予激励 (a list of dishonesty brings no incentive)`
      return { code: 'INCENTIVE_FOR_DISHONESTY', message, legalBasis: '国发〔2016〕33号' }
    }
  }
}

/** A decision that reduces rights tells of whom, on what facts and on what basis. */
function textFaults({ decisionText, reducesRights }: Judged): MeasureFault[] {
  const legalBasis = '国办发〔2020〕49号'
  const places = placesOf(decisionText)
  const known: readonly string[] = decisionPlaces
  const unknown = places.filter((place) => !known.includes(place))
  const lacking = reducesRights ? known.filter((place) => !places.includes(place)) : []
  return [
    ...unknown.map((place): MeasureFault => {
      const message = `decisionText: 没有可填项 {${place}}，可填 ${known.map((name) => `{${name}}`).join('、')} (no such place to fill)`
      return { code: 'PLACE_UNKNOWN', message, legalBasis }
    }),
    ...lacking.map((place): MeasureFault => {
      const message = `decisionText: 缺少 {${place}} (the text does not name it)`
      return { code: 'DECISION_INCOMPLETE', message, legalBasis }
    }),
  ]
}
