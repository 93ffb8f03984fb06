import { z } from 'zod'
import { limits } from '../limits.ts'
import { organisationSchemes } from '../subjects/identifiers.ts'
import { publicationFaults, publicationFields, publicationPart } from './publication-part.ts'

/**
 * The definition of a dataset (数据目录条目): the ten attributes of Henan 社会信用条例 art. 11 and, for the exchange,
 * what a field must look like, how a row names its subject and which list it feeds. Data, never code.
 */

/** Who may see a field (art. 18): 公开公示, 政务共享, 授权查询. */
export const disclosures = ['PUBLIC', 'GOV_SHARED', 'AUTHORISED'] as const
export type Disclosure = (typeof disclosures)[number]

const fieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)
const text = z.string().min(1).max(500)
const texts = z.array(z.string().max(500)).max(1_000)

/** For what a person answers (责任人员, art. 35): 法定代表人, 主要负责人, 实际控制人, 直接责任人员. */
export const responsibleRoles = [
  'LEGAL_REPRESENTATIVE',
  'PRINCIPAL',
  'ACTUAL_CONTROLLER',
  'DIRECTLY_RESPONSIBLE',
] as const
export type ResponsibleRole = (typeof responsibleRoles)[number]

/** A condition on one row. A row fulfils a list of conditions when it fulfils each of them. */
const condition = z.union([
  z.strictObject({ field: fieldName, in: texts.min(1) }),
  z.strictObject({ field: fieldName, notIn: texts.min(1) }),
  z.strictObject({ field: fieldName, startsWith: z.array(text).min(1).max(1_000) }),
  z.strictObject({ field: fieldName, contains: texts.min(1) }),
  z.strictObject({ field: fieldName, present: z.boolean() }),
  z.strictObject({ field: fieldName, before: fieldName }),
])
export type Condition = z.infer<typeof condition>
const conditions = z.array(condition).min(1).max(50)

const fieldType = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('TEXT'), maxLength: z.int().min(1).max(limits.textCharacters) }),
  z.strictObject({ type: z.literal('CODE'), codes: texts.min(1) }),
  z.strictObject({
    type: z.literal('DATE'),
    notInFuture: z.boolean().default(false),
    openEnd: z.boolean().default(false),
  }),
  /** Money in 万元 (10,000 yuan) at the edge, stored in fen. */
  z.strictObject({ type: z.literal('MONEY_WAN') }),
  /** Money in yuan at the edge, stored in fen. */
  z.strictObject({ type: z.literal('MONEY_YUAN') }),
  z.strictObject({ type: z.literal('INTEGER'), minimum: z.int().default(0) }),
  /** A number of an organisation; those of persons are certificates, which are encrypted. */
  z.strictObject({ type: z.literal('IDENTIFIER'), scheme: z.enum(organisationSchemes) }),
  /** A certificate number; stored encrypted. `kindField` holds the kind of certificate; absent: resident identity number. */
  z.strictObject({ type: z.literal('CERTIFICATE'), kindField: fieldName.optional() }),
  /** One column for whatever number the subject has (身份证号/统一社会信用代码); stored encrypted, since it may be a person's. */
  z.strictObject({ type: z.literal('SUBJECT_NUMBER') }),
])
export type FieldType = z.infer<typeof fieldType>

/** Whether values of the type may be numbers of persons: such are encrypted, never public, never part of a key. */
export const isSealedType = ({ type }: FieldType) => type === 'CERTIFICATE' || type === 'SUBJECT_NUMBER'

const field = z.strictObject({
  name: fieldName,
  label: text,
  labelEn: text,
  /** The unit (计量单位) of the value where it has one that its type does not tell. */
  unit: text.optional(),
  value: fieldType,
  required: z.union([z.boolean(), z.strictObject({ when: conditions })]).default(false),
  disclosure: z.enum(disclosures),
  /** Headings under which departments send it: old names, national field codes, common wordings. */
  synonyms: z.array(z.string().max(200)).max(200).default([]),
})
export type Field = z.infer<typeof field>

const check = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]+$/),
  message: text,
  field: fieldName,
  refuseWhen: conditions,
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
    legalBasis: z.array(text).min(1).max(100),
    /** The decision by which the central bank publishes the dataset; without it nothing of it is PUBLIC. */
    disclosureDecisionNo: text.optional(),
    fields: z.array(field).min(1).max(200),
    /** Headings of columns that are left out (序号 is, always); any other unknown heading is refused. */
    ignoredHeadings: z.array(text).max(limits.fileColumns).default([]),
    /** Fields that together are the source's own number of a record. */
    sourceKey: z.array(fieldName).min(1).max(10),
    subject: z.strictObject({
      name: fieldName,
      /** The name comes from the registrar and wins over names in other datasets. */
      nameIsRegistered: z.boolean().default(false),
      uscc: fieldName.optional(),
      certificate: fieldName.optional(),
      /** A SUBJECT_NUMBER field: the number itself tells an organisation from a person. */
      number: fieldName.optional(),
      /** A row is about a person when this field has one of these values; without it, about an organisation. */
      person: z.strictObject({ field: fieldName, in: z.array(z.string()).min(1) }).optional(),
      otherNumbers: z
        .array(z.strictObject({ field: fieldName, scheme: z.enum(organisationSchemes) }))
        .max(20)
        .default([]),
      /**
       * Who answers for an organisation: the TEXT field with the name, or the names; with a CERTIFICATE field it holds
       * one name, and the number links the person.
       */
      responsible: z
        .array(
          z.strictObject({
            role: z.enum(responsibleRoles),
            name: fieldName,
            certificate: fieldName.optional(),
          }),
        )
        .min(1)
        .optional(),
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
    publication: publicationPart.optional(),
    /** A row that says that the record was revoked (撤销), with the fields that give reason and document. */
    withdrawal: z
      .strictObject({
        when: conditions,
        reason: fieldName.optional(),
        documentNo: fieldName.optional(),
        decidedOn: fieldName.optional(),
      })
      .optional(),
    /** Clocks (时限) that run for each record: the dated rule, by its code, and the field with the day of the event. */
    clocks: z
      .array(z.strictObject({ rule: z.string().regex(/^[A-Z][A-Z0-9_]+$/), startsOn: fieldName }))
      .max(20)
      .default([]),
    /** What makes a file suspicious, as shares from 0 to 1; such a file waits for an officer before it takes effect. */
    suspicion: z
      .strictObject({
        rowsBelowUsual: z.number().min(0).max(1).default(0.3),
        withdrawalsAbove: z.number().min(0).max(1).default(0.1),
        rejectionsAbove: z.number().min(0).max(1).default(0.5),
        /** Of fewer rows no share is judged. */
        minimumRows: z.int().min(1).default(20),
      })
      .prefault({}),
    checks: z.array(check).max(200).default([]),
  })
  .superRefine((definition, context) => {
    // It is read by every replica again and again, and told to whoever asks.
    if (JSON.stringify(definition).length > limits.definitionCharacters)
      context.addIssue({ code: 'custom', message: `more than ${limits.definitionCharacters} characters` })
    const byName = new Map(definition.fields.map((entry) => [entry.name, entry]))
    if (byName.size !== definition.fields.length)
      context.addIssue({ code: 'custom', message: 'field names repeat', path: ['fields'] })
    for (const [path, name] of referencedFields(definition)) {
      if (!byName.has(name)) context.addIssue({ code: 'custom', message: `no field ${name}`, path })
    }
    for (const entry of definition.fields) {
      if (isSealedType(entry.value) && entry.disclosure !== 'AUTHORISED') {
        context.addIssue({
          code: 'custom',
          message: `${entry.name}: a certificate number is AUTHORISED`,
          path: ['fields'],
        })
      }
    }
    // A source key is stored as it is, so that a record is found again: no number of a person may be part of it.
    for (const name of definition.sourceKey) {
      const part = byName.get(name)
      if (part && isSealedType(part.value)) {
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
    const days = [
      definition.listing?.listedOn,
      definition.listing?.endsOn,
      definition.listing?.exitedOn,
      definition.withdrawal?.decidedOn,
      ...definition.clocks.map((clock) => clock.startsOn),
    ]
    for (const name of days) {
      if (name && byName.get(name)?.value.type !== 'DATE') {
        context.addIssue({ code: 'custom', message: `${name} is not a date`, path: ['fields'] })
      }
    }
    if (definition.publication) {
      const lists = definition.listing ? 'LISTS' : 'LISTS_NOBODY'
      for (const message of publicationFaults(definition.publication, definition.fields, lists))
        context.addIssue({ code: 'custom', message, path: ['publication'] })
    }
    const { number, uscc, certificate } = definition.subject
    if (number === undefined && uscc === undefined && certificate === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'no field identifies the subject: expected uscc, certificate or number',
        path: ['subject'],
      })
    }
    if (number !== undefined && (uscc !== undefined || certificate !== undefined)) {
      context.addIssue({ code: 'custom', message: 'number stands alone', path: ['subject', 'number'] })
    }
    const responsible = definition.subject.responsible ?? []
    const linking = uscc === undefined ? undefined : byName.get(uscc)?.value
    if (linking?.type === 'IDENTIFIER' && linking.scheme !== 'USCC') {
      context.addIssue({
        code: 'custom',
        message: `${uscc}: only the unified social credit code names an organisation`,
        path: ['subject', 'uscc'],
      })
    }
    for (const { field: name, scheme } of definition.subject.otherNumbers) {
      const value = byName.get(name)?.value
      if (value && (value.type !== 'IDENTIFIER' || value.scheme !== scheme)) {
        context.addIssue({
          code: 'custom',
          message: `${name}: expected a field of scheme ${scheme}`,
          path: ['subject', 'otherNumbers'],
        })
      }
    }
    const wanted: [string | undefined, FieldType['type'][]][] = [
      [number, ['SUBJECT_NUMBER']],
      [uscc, ['IDENTIFIER']],
      [certificate, ['CERTIFICATE']],
      ...responsible.map((person): [string, FieldType['type'][]] => [person.name, ['TEXT']]),
      ...responsible.map((person): [string | undefined, FieldType['type'][]] => [
        person.certificate,
        ['CERTIFICATE'],
      ]),
    ]
    for (const [name, types] of wanted) {
      const type = name === undefined ? undefined : byName.get(name)?.value.type
      if (type && !types.includes(type)) {
        context.addIssue({
          code: 'custom',
          message: `${name}: expected a field of type ${types.join()}`,
          path: ['subject'],
        })
      }
    }
  })

export type DatasetDefinition = z.infer<typeof definitionSchema>

function referencedFields(definition: {
  fields: Field[]
  sourceKey: string[]
  subject: DatasetDefinition['subject']
  listing?: DatasetDefinition['listing'] | undefined
  withdrawal?: DatasetDefinition['withdrawal'] | undefined
  publication?: DatasetDefinition['publication'] | undefined
  clocks: DatasetDefinition['clocks']
  checks: { field: string; refuseWhen: Condition[] }[]
}): [string[], string][] {
  const { subject, listing, withdrawal, publication } = definition
  const conditions = [
    ...(withdrawal?.when ?? []),
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
    ['subject', [subject.name, subject.uscc, subject.certificate, subject.number, subject.person?.field]],
    ['subject', subject.otherNumbers.map((number) => number.field)],
    ['subject', (subject.responsible ?? []).flatMap((person) => [person.name, person.certificate])],
    ['listing', listingFields],
    ['withdrawal', [withdrawal?.reason, withdrawal?.documentNo, withdrawal?.decidedOn]],
    ['publication', publication ? publicationFields(publication) : []],
    ['clocks', definition.clocks.map((clock) => clock.startsOn)],
    ['checks', [...definition.checks.map((entry) => entry.field), ...conditions.map((entry) => entry.field)]],
    ['checks', conditions.flatMap((entry) => ('before' in entry ? [entry.before] : []))],
    ['fields', kindFields],
  ]
  return named.flatMap(([path, names]) =>
    names.flatMap((name): [string[], string][] => (name ? [[[path], name]] : [])),
  )
}
