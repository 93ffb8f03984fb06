import type { Catalogue } from '../catalogue/catalogue.ts'
import {
  type BusinessMatter,
  type CatalogueMeasure,
  decisionTextFor,
  isTriggeredBy,
  measuresBinding,
} from '../catalogue/measures.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { ListingView } from './views.ts'

/**
 * A measure that binds whoever asks, for one subject. Of thousands that are screened few readers want more than its name,
 * so the listings that trigger it, and the text of the decision on this subject, are made when they are asked for.
 */
export type BindingMeasure = {
  measure: CatalogueMeasure
  listings(): ListingView[]
  decisionText(): string
}

/** The measures that bind departments of a kind; matter null: in all matters. */
export function bindingMeasures(
  catalogue: Catalogue,
  asked: { departmentKind: string; matter: BusinessMatter | null; day: LegalDay },
): (subjectName: string, listings: readonly ListingView[]) => BindingMeasure[] {
  // Many subjects stand on the same lists with the same grades, and that alone decides.
  const known = new Map<string, readonly CatalogueMeasure[]>()
  function binding(listings: readonly ListingView[]): readonly CatalogueMeasure[] {
    if (listings.length === 0) return []
    const triggering = listings.map(triggeringListing)
    const key = JSON.stringify(triggering.map(({ listType, grade }) => [listType, grade]))
    const before = known.get(key)
    if (before) return before
    const measures = measuresBinding(catalogue, asked.departmentKind, triggering, asked.matter, asked.day)
    known.set(key, measures)
    return measures
  }

  return (subjectName, listings) =>
    binding(listings).map((measure) => {
      const triggeringIt = () =>
        listings.filter((listing) => isTriggeredBy(measure, triggeringListing(listing)))
      return {
        measure,
        listings: triggeringIt,
        decisionText: () =>
          decisionTextFor(
            measure,
            subjectName,
            triggeringIt().map(({ listType, determinedBy, decisionNo }) => ({
              listName: listType.name,
              determinedBy: determinedBy.name,
              decisionNo,
            })),
          ),
      }
    })
}

const triggeringListing = ({ listType, grade }: ListingView) => ({ listType: listType.code, grade })
