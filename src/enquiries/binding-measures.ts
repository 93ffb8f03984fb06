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
 * A measure that binds whoever asks, for one subject. Of thousands that are screened few readers want more than its name, so
 * the listings that trigger it, and the text of the decision on this subject, are made when they are asked for.
 */
export class BindingMeasure {
  readonly measure: CatalogueMeasure
  readonly #subjectName: string
  readonly #all: readonly ListingView[]

  constructor(measure: CatalogueMeasure, subjectName: string, listings: readonly ListingView[]) {
    this.measure = measure
    this.#subjectName = subjectName
    this.#all = listings
  }

  listings(): ListingView[] {
    return this.#all.filter((listing) => isTriggeredBy(this.measure, triggeringListing(listing)))
  }

  decisionText(): string {
    const grounds = this.listings().map(({ listType, determinedBy, decisionNo }) => ({
      listName: listType.name,
      determinedBy: determinedBy.name,
      decisionNo,
    }))
    return decisionTextFor(this.measure, this.#subjectName, grounds)
  }
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
    binding(listings).map((measure) => new BindingMeasure(measure, subjectName, listings))
}

const triggeringListing = ({ listType, grade }: ListingView) => ({ listType: listType.code, grade })
