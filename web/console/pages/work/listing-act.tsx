import { newId } from '../../api/ask.ts'
import type { VariablesOf } from '../../api/graphql.ts'
import { perform } from '../../api/perform.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { useCommonFields } from '../../parts/common-fields.ts'
import { type Field, neededText, textOf, type Values } from '../../parts/fields.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { listingEventWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import { ChangeListingDocument } from './listing-operations.ts'

type Event = VariablesOf<typeof ChangeListingDocument>['input']['event']

/** Of the acts that end something or cannot be taken back. */
const harmful: readonly Event[] = ['DROPPED', 'REMOVED', 'WRONGFUL']

/** What the life cycle (docs/listing-life-cycle.md) allows the determining department after each phase. */
export function eventsAfter(phase: string, suspended: boolean): readonly Event[] {
  switch (phase) {
    case 'NOTICED':
      return ['OBJECTED', 'DECIDED', 'DROPPED']
    case 'OBJECTED':
      return ['DECIDED', 'DROPPED']
    case 'DECIDED':
      return ['DROPPED']
    case 'LISTED':
      return ['PUBLISHED', suspended ? 'RESUMED' : 'SUSPENDED', 'REMOVED', 'WRONGFUL']
    case 'ENDED':
      return ['WRONGFUL']
    default:
      return []
  }
}

/** One act on one membership, by the department that determined it; most wait for a second person. */
export function ListingAct({
  listingId,
  event,
  about,
  onChange,
}: {
  listingId: string
  event: Event
  about: string
  onChange(): void
}) {
  const t = useTexts(workTexts)
  const word = useWords(listingEventWords)
  const { reasons, documentNo, note, on } = useCommonFields()
  const fields: Field[] = [
    ...(event === 'DECIDED'
      ? [{ name: 'decisionNo', label: t.decisionNo, kind: 'text' } satisfies Field]
      : []),
    documentNo,
    { ...reasons, most: 2000 },
    ...(event === 'WRONGFUL' ? [{ name: 'apology', label: t.apology, kind: 'area' } satisfies Field] : []),
    on,
    note,
  ]
  async function change(values: Values) {
    const input = {
      actionId: newId(),
      listingId,
      event,
      documentNo: neededText(values, 'documentNo'),
      reason: neededText(values, 'reasons'),
      decisionNo: textOf(values, 'decisionNo'),
      apology: textOf(values, 'apology'),
      on: textOf(values, 'on'),
    }
    return perform(
      'CHANGE_LISTING',
      ChangeListingDocument,
      { input },
      textOf(values, 'note') ?? neededText(values, 'reasons'),
    )
  }
  const harms = harmful.includes(event)
  return (
    <ActButton
      label={word(event)}
      title={`${word(event)}：${about}`}
      text={
        <>
          {harms ? <p className="bad">{t.removeHarm}</p> : null}
          <p>{t.secondPerson}</p>
        </>
      }
      danger={harms}
      fields={fields}
      onAct={change}
      onDone={onChange}
    />
  )
}
