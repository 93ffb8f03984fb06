import { useNavigate } from 'react-router'
import { act } from '../../api/ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { today } from '../../parts/facts.tsx'
import { type Field, neededText, textOf, type Values } from '../../parts/fields.tsx'
import { useTexts } from '../../texts/language.tsx'
import { workTexts } from '../../texts/work.ts'
import { OpenDocument } from './case-operations.ts'

/** Takes in an application at the counter; with a listing it is about that one. */
export function OpenCase({ kind, listingId }: { kind: 'OBJECTION' | 'REPAIR'; listingId?: string }) {
  const t = useTexts(workTexts)
  const navigate = useNavigate()
  const label = kind === 'OBJECTION' ? t.openObjection : t.openRepair
  const fields: Field[] = [
    ...(listingId === undefined
      ? [{ name: 'listingId', label: t.listing, kind: 'text' } satisfies Field]
      : []),
    { name: 'name', label: t.applicant, kind: 'text', most: 100 },
    { name: 'contact', label: t.contact, kind: 'text', most: 100 },
    {
      name: 'relation',
      label: t.relation,
      kind: 'choice',
      initial: 'SUBJECT',
      choices: [
        { value: 'SUBJECT', label: t.self },
        { value: 'AGENT', label: t.agent },
      ],
    },
    { name: 'receivedOn', label: t.receivedOn, kind: 'day', initial: today() },
    { name: 'grounds', label: t.grounds, kind: 'area', most: 2000 },
    ...(kind === 'REPAIR'
      ? [
          { name: 'pledge', label: t.pledge, kind: 'area' } satisfies Field,
          { name: 'pledgedOn', label: t.pledgeDay, kind: 'day', initial: today() } satisfies Field,
        ]
      : []),
  ]

  async function open(values: Values, openingId: string) {
    const { openRemedy } = await act(OpenDocument, {
      input: {
        openingId,
        kind,
        channel: 'CONSOLE',
        listingId: listingId ?? textOf(values, 'listingId'),
        receivedOn: neededText(values, 'receivedOn'),
        grounds: neededText(values, 'grounds'),
        applicant: {
          name: neededText(values, 'name'),
          contact: neededText(values, 'contact'),
          relation: values.relation === 'AGENT' ? 'AGENT' : 'SUBJECT',
        },
        pledge:
          kind === 'REPAIR'
            ? { text: neededText(values, 'pledge'), signedOn: neededText(values, 'pledgedOn') }
            : null,
      },
    })
    navigate(`${kind === 'OBJECTION' ? '/objections' : '/repairs'}/${openRemedy.receipt.code}`)
  }

  return (
    <ActButton label={label} title={label} fields={fields} primary={listingId === undefined} onAct={open} />
  )
}
