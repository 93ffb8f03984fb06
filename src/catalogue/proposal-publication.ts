import type { ListNature } from './catalogue-file.ts'
import type { DatasetDefinition } from './definition.ts'
import type { TermFamily } from './field-terms.ts'
import type { Placed } from './proposal-columns.ts'
import type { Facts } from './proposal-facts.ts'
import type { PublicationPart } from './publication-part.ts'
import type { Grade } from './publication-rules.ts'

/** What of a proposed dataset publication periods hang on. Pure. */

/** Words that tell gravity, whatever else a department's own value says. */
const gradeWords: readonly [string, Grade][] = [
  ['轻微', 'MINOR'],
  ['一般', 'ORDINARY'],
  ['严重', 'SERIOUS'],
]

/** Of a list without a grade of its own; a list of the trustworthy has no period. */
const gradeOfNature: Record<Exclude<ListNature, 'TRUSTWORTHY'>, Grade> = {
  SERIOUS_DISHONESTY: 'SERIOUS',
  JOINT_PUNISHMENT: 'SERIOUS',
  KEY_ATTENTION: 'MINOR',
}

type Part = Pick<DatasetDefinition, 'publication'>

export function publicationOf(
  placed: readonly Placed[],
  family: TermFamily | null,
  listType: Facts['listType'],
  listing: DatasetDefinition['listing'],
): Part {
  const fieldNamed = (name: string) => placed.find(({ field }) => field.name === name)?.field
  if (listType && listing) {
    const day = fieldNamed(listing.listedOn)
    if (day?.value.type !== 'DATE' || day.required !== true || listType.nature === 'TRUSTWORTHY') return {}
    const given = 'field' in listing.grade ? givenGrade(fieldNamed(listing.grade.field)) : undefined
    const grade = given ?? { fixed: gradeOfNature[listType.nature] }
    return { publication: { category: 'LIST', determinedOn: day.name, grade } }
  }
  const decision = placed.find(({ term }) => term?.role === 'DECISION_DAY')?.field
  const kinds = fieldNamed('CF_CFLB')
  if (family !== 'PENALTY' || decision?.value.type !== 'DATE' || decision.required !== true || !kinds)
    return {}
  const grade = givenGrade(fieldNamed('dishonestyGrade'))
  return {
    publication: {
      category: 'PENALTY',
      determinedOn: decision.name,
      ...(grade ? { grade } : {}),
      kinds: kinds.name,
    },
  }
}

function givenGrade(field: Placed['field'] | undefined): PublicationPart['grade'] {
  if (field?.value.type !== 'CODE') return undefined
  const known = field.value.codes.flatMap((code): [string, Grade][] => {
    const [word] = gradeWords.filter(([text]) => code.includes(text))
    return word ? [[code, word[1]]] : []
  })
  return known.length > 0 ? { field: field.name, gradeOf: Object.fromEntries(known) } : undefined
}
