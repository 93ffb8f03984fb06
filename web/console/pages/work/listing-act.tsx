import type { VariablesOf } from '../../api/graphql.ts'
import { perform } from '../../api/perform.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { oneOf } from '../../parts/address.ts'
import type { Allowed } from '../../parts/allowed.ts'
import { useCommonFields } from '../../parts/common-fields.ts'
import { type Field, neededText, textOf, type Values } from '../../parts/fields.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { listingEventWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import { ChangeListingDocument } from './listing-operations.ts'

type Event = VariablesOf<typeof ChangeListingDocument>['input']['event']

/** Of the acts that end something or cannot be taken back. */
const events: readonly Event[] = [
  'OBJECTED',
  'DECIDED',
  'DROPPED',
  'PUBLISHED',
  'SUSPENDED',
  'RESUMED',
  'REMOVED',
  'WRONGFUL',
]
const harmful: readonly Event[] = ['DROPPED', 'REMOVED', 'WRONGFUL']

/** The acts on one membership that the server allows now. */
export function ListingActs({
  listing,
  onChange,
}: {
  listing: { id: string; subject: { name: string }; allowedActions: Allowed }
  onChange(): void
}) {
  return listing.allowedActions.map(({ mutation, choice, secondPerson }) => {
    const event = oneOf(choice, events)
    if (mutation !== 'changeListing' || event === null) return null
    return (
      <ListingAct
        key={event}
        listingId={listing.id}
        event={event}
        secondPerson={secondPerson}
        about={listing.subject.name}
        onChange={onChange}
      />
    )
  })
}

/** One act on one membership, by the department that determined it; most wait for a second person. */
function ListingAct({
  listingId,
  event,
  secondPerson,
  about,
  onChange,
}: {
  listingId: string
  event: Event
  secondPerson: boolean
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
    ...(secondPerson ? [note] : []),
  ]
  async function change(values: Values, actionId: string) {
    const input = {
      actionId,
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
          {secondPerson ? <p>{t.secondPerson}</p> : null}
        </>
      }
      danger={harms}
      fields={fields}
      onAct={change}
      onDone={onChange}
    />
  )
}
