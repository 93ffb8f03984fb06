import { History, Moment } from '../../parts/facts.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { listingEventWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import type { ProposedListing } from './listing-operations.ts'

/** What happened to one membership: the day it took effect, and when it was noted. */
export function ListingHistory({ events }: { events: ProposedListing['events'] }) {
  const t = useTexts(workTexts)
  const word = useWords(listingEventWords)
  if (events.length === 0) return null
  return (
    <>
      <h3>{t.history}</h3>
      <History
        label={t.history}
        entries={events.map(({ type, effectiveOn, recordedAt, data }) => ({
          key: recordedAt + type,
          what: word(type),
          on: (
            <>
              {effectiveOn} · <Moment at={recordedAt} />
            </>
          ),
          details: data,
        }))}
      />
    </>
  )
}
