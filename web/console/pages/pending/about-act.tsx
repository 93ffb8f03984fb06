import { Link } from 'react-router'
import { graphql } from '../../api/graphql.ts'
import { useAsk } from '../../api/use-ask.ts'
import { Facts } from '../../parts/facts.tsx'
import { useTexts } from '../../texts/language.tsx'
import { pendingTexts } from '../../texts/pending.ts'
import type { PendingAct } from './pending-operations.ts'

const ListingDocument = graphql(`
  query ListingOfAct($id: ID!) {
    managedListing(id: $id) { listType grade subject { name uscc } }
    listTypes { code name }
  }
`)
const CaseDocument = graphql(`
  query CaseOfAct($code: String!) {
    remedy(code: $code) { kind dataset grounds subject { name uscc } }
  }
`)

/** Whom the act is about: a number alone tells the second person nothing. */
export function AboutAct({ act }: { act: PendingAct }) {
  const value = (name: string) => act.summary?.find((fact) => fact.name === name)?.value ?? null
  const listing = act.operation === 'CHANGE_LISTING' ? value('listingId') : null
  const code = act.operation === 'DECIDE_REMEDY' ? value('code') : null
  if (listing !== null) return <AboutListing id={listing} />
  return code === null ? null : <AboutCase code={code} />
}

function AboutListing({ id }: { id: string }) {
  const t = useTexts(pendingTexts)
  const { data } = useAsk(ListingDocument, { id })
  const listing = data?.managedListing
  if (!listing) return null
  const { subject } = listing
  return (
    <Facts
      facts={[
        [t.subject, subject.name],
        [t.uscc, subject.uscc],
        [t.list, data.listTypes.find(({ code }) => code === listing.listType)?.name ?? listing.listType],
        [t.grade, listing.grade],
      ]}
    />
  )
}

function AboutCase({ code }: { code: string }) {
  const t = useTexts(pendingTexts)
  const { data } = useAsk(CaseDocument, { code })
  const remedy = data?.remedy
  if (!remedy) return null
  const { subject, kind, grounds } = remedy
  return (
    <>
      <Facts
        facts={[
          [t.subject, subject.name],
          [t.uscc, subject.uscc],
          [t.grounds, grounds],
        ]}
      />
      <p>
        <Link to={`${kind === 'OBJECTION' ? '/objections' : '/repairs'}/${code}`}>{t.openCase}</Link>
      </p>
    </>
  )
}
