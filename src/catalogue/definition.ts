import { z } from 'zod'
import { limits } from '../limits.ts'
import { identifierSchemes, organisationSchemes } from '../subjects/identifiers.ts'

/**
 * The definition of a dataset (数据目录条目): the ten attributes of Henan 社会信用条例 art. 11 and, for the exchange,
 * what a field must look like, how a row names its subject and which list it feeds. Data, never code.
 */

/** Who may see a field (art. 18): 公开公示, 政务共享, 授权查询. */
export const disclosures = ['PUBLIC', 'GOV_SHARED', 'AUTHORISED'] as const
export type Disclosure = (typeof disclosures)[number]

const fieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)
const text = z.string().min(1).max(500)

/** A condition on one row. A row fulfils a list of conditions when it fulfils each of them. */
const condition = z.union([
  z.strictObject({ field: fieldName, in: z.array(z.string()).min(1) }),
  z.strictObject({ field: fieldName, contains: z.array(z.string()).min(1) }),
  z.strictObject({ field: fieldName, present: z.boolean() }),
  z.strictObject({ field: fieldName, before: fieldName }),
])
export type Condition = z.infer<typeof condition>

const fieldType = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('TEXT'), maxLength: z.int().min(1).max(limits.textCharacters) }),
  z.strictObject({ type: z.literal('CODE'), codes: z.array(z.string()).min(1) }),
  z.strictObject({
    type: z.literal('DATE'),
    notInFuture: z.boolean().default(false),
    openEnd: z.boolean().default(false),
  }),
  /** Money in 万元 at the edge, stored in fen. */
  z.strictObject({ type: z.literal('MONEY_WAN') }),
  z.strictObject({ type: z.literal('INTEGER'), minimum: z.int().default(0) }),
  z.strictObject({ type: z.literal('IDENTIFIER'), scheme: z.enum(identifierSchemes) }),
  /** A certificate number; stored encrypted. `kindField` holds the kind of certificate; absent: resident identity number. */
  z.strictObject({ type: z.literal('CERTIFICATE'), kindField: fieldName.optional() }),
])

const field = z.strictObject({
  name: fieldName,
  label: text,
  labelEn: text,
  value: fieldType,
  required: z.union([z.boolean(), z.strictObject({ when: z.array(condition).min(1) })]).default(false),
  disclosure: z.enum(disclosures),
  synonyms: z.array(z.string()).default([]),
})
export type Field = z.infer<typeof field>

const check = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]+$/),
  message: text,
  field: fieldName,
  refuseWhen: z.array(condition).min(1),
  legalBasis: text.optional(),
})

export const definitionSchema = z
  .strictObject({
    name: text,
    nameEn: text,
    format: text,
    subjectKinds: z.array(z.enum(['ORGANISATION', 'PERSON'])).min(1),
    nature: text,
    sharing: z.enum(disclosures),
    coverage: text,
    updateCycle: text,
    legalBasis: z.array(text).min(1),
    fields: z.array(field).min(1).max(200),
    /** Fields that together are the source's own number of a record. */
    sourceKey: z.array(fieldName).min(1),
    subject: z.strictObject({
      name: fieldName,
      /** The name comes from the registrar and wins over names in other datasets. */
      nameIsRegistered: z.boolean().default(false),
      uscc: fieldName.optional(),
      certificate: fieldName.optional(),
      /** A row is about a person when this field has one of these values; without it, about an organisation. */
      person: z.strictObject({ field: fieldName, in: z.array(z.string()).min(1) }).optional(),
      otherNumbers: z
        .array(z.strictObject({ field: fieldName, scheme: z.enum(organisationSchemes) }))
        .default([]),
    }),
    listing: z
      .strictObject({
        listedOn: fieldName,
        /** The last day in force that the record itself gives; without it the term of the list type counts. */
        endsOn: fieldName.optional(),
        /** The day of removal (移出): the first day no longer in force. */
        exitedOn: fieldName.optional(),
        decisionNo: fieldName,
        reason: fieldName,
        grade: z.union([z.strictObject({ fixed: z.string() }), z.strictObject({ field: fieldName })]),
      })
      .optional(),
    checks: z.array(check).default([]),
  })
  .superRefine((definition, context) => {
    const byName = new Map(definition.fields.map((entry) => [entry.name, entry]))
    if (byName.size !== definition.fields.length)
      context.addIssue({ code: 'custom', message: 'field names repeat', path: ['fields'] })
    for (const [path, name] of referencedFields(definition)) {
      if (!byName.has(name)) context.addIssue({ code: 'custom', message: `no field ${name}`, path })
    }
    for (const entry of definition.fields) {
      if (entry.value.type === 'CERTIFICATE' && entry.disclosure !== 'AUTHORISED') {
        context.addIssue({
          code: 'custom',
          message: `${entry.name}: a certificate number is AUTHORISED`,
          path: ['fields'],
        })
      }
    }
    // A source key is stored as it is, so that a record is found again: no number of a person may be part of it.
    for (const name of definition.sourceKey) {
      if (byName.get(name)?.value.type === 'CERTIFICATE') {
        context.addIssue({
          code: 'custom',
          message: `${name}: a certificate number cannot be a source key`,
          path: ['sourceKey'],
        })
      }
    }
    if (definition.listing && byName.get(definition.listing.listedOn)?.required !== true) {
      context.addIssue({
        code: 'custom',
        message: `${definition.listing.listedOn} must be required`,
        path: ['listing'],
      })
    }
    for (const name of [
      definition.listing?.listedOn,
      definition.listing?.endsOn,
      definition.listing?.exitedOn,
    ]) {
      if (name && byName.get(name)?.value.type !== 'DATE') {
        context.addIssue({ code: 'custom', message: `${name} is not a date`, path: ['listing'] })
      }
    }
  })

export type DatasetDefinition = z.infer<typeof definitionSchema>

function referencedFields(definition: {
  fields: Field[]
  sourceKey: string[]
  subject: DatasetDefinition['subject']
  listing?: DatasetDefinition['listing'] | undefined
  checks: { field: string; refuseWhen: Condition[] }[]
}): [string[], string][] {
  const { subject, listing } = definition
  const conditions = [
    ...definition.checks.flatMap((entry) => entry.refuseWhen),
    ...definition.fields.flatMap((entry) => (typeof entry.required === 'object' ? entry.required.when : [])),
  ]
  const kindFields = definition.fields.flatMap(({ value }) =>
    value.type === 'CERTIFICATE' && value.kindField ? [value.kindField] : [],
  )
  const grade = listing && 'field' in listing.grade ? [listing.grade.field] : []
  const listingFields = listing
    ? [listing.listedOn, listing.endsOn, listing.exitedOn, listing.decisionNo, listing.reason, ...grade]
    : []
  const named: [string, (string | undefined)[]][] = [
    ['sourceKey', definition.sourceKey],
    ['subject', [subject.name, subject.uscc, subject.certificate, subject.person?.field]],
    ['subject', subject.otherNumbers.map((number) => number.field)],
    ['listing', listingFields],
    ['checks', [...definition.checks.map((entry) => entry.field), ...conditions.map((entry) => entry.field)]],
    ['checks', conditions.flatMap((entry) => ('before' in entry ? [entry.before] : []))],
    ['fields', kindFields],
  ]
  return named.flatMap(([path, names]) =>
    names.flatMap((name): [string[], string][] => (name ? [[[path], name]] : [])),
  )
}
