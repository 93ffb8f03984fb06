import type { Queryable } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { normaliseName } from '../names/normalise.ts'
import { certificateContext, certificateIndexDomain } from './identification.ts'
import type { IdentifierScheme, PersonScheme } from './identifiers.ts'
import { noteNames } from './name-store.ts'

/** How a row names its subject: an organisation by its USCC alone, a person by a certificate number. */
export type SubjectReference =
  | {
      kind: 'ORGANISATION'
      uscc: string
      name: string
      otherNumbers: { scheme: IdentifierScheme; value: string }[]
    }
  | { kind: 'PERSON'; scheme: PersonScheme; number: string; name: string }

const PERSON_CREATION_LOCK = 4117_0001

/** Whoever makes persons, or erases one, does it alone until commit. */
export async function lockPersons(client: Queryable): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [PERSON_CREATION_LOCK])
}

/** A text that names the subject within one batch; for persons a keyed hash. */
export function subjectKey(vault: Vault, reference: SubjectReference): string {
  return reference.kind === 'ORGANISATION'
    ? `USCC ${reference.uscc}`
    : `${reference.scheme} ${vault.blindIndex(certificateIndexDomain(reference.scheme), reference.number)}`
}

/**
 * Finds or makes the subject of each reference and notes the names it bears. Returns ids by `subjectKey`. Rows are
 * locked in one order, so batches that share subjects wait for one another instead of dying in a deadlock.
 */
export async function resolveSubjects(
  client: Queryable,
  vault: Vault,
  references: readonly SubjectReference[],
  options: { nameIsRegistered: boolean },
): Promise<Map<string, number>> {
  const ids = await identify(client, vault, references, options.nameIsRegistered)
  const bySubject = references.flatMap((reference) => {
    const id = ids.get(subjectKey(vault, reference))
    return id === undefined ? [] : [{ id, reference }]
  })
  await noteNames(
    client,
    bySubject.map(({ id, reference: { kind, name } }) => ({ id, kind, name })),
    options.nameIsRegistered,
  )
  await noteOtherNumbers(client, bySubject)
  return ids
}

/** As `resolveSubjects`, but whoever is new stays without a name until a record names it. */
export function findOrMakeSubjects(
  client: Queryable,
  vault: Vault,
  references: readonly SubjectReference[],
): Promise<Map<string, number>> {
  const nameless = references.map((reference) => ({ ...reference, name: '' }))
  return identify(client, vault, nameless, false)
}

async function identify(
  client: Queryable,
  vault: Vault,
  references: readonly SubjectReference[],
  nameIsRegistered: boolean,
): Promise<Map<string, number>> {
  const distinct = new Map(references.map((reference) => [subjectKey(vault, reference), reference]))
  const organisations = [...distinct.values()].filter((reference) => reference.kind === 'ORGANISATION')
  const persons = [...distinct.entries()].flatMap(([key, reference]) =>
    reference.kind === 'PERSON' ? [{ key, reference, valueKey: key.slice(reference.scheme.length + 1) }] : [],
  )
  const ids = new Map<string, number>()
  await resolveOrganisations(client, organisations, nameIsRegistered, ids)
  await resolvePersons(client, vault, persons, ids)
  return ids
}

async function resolveOrganisations(
  client: Queryable,
  references: Extract<SubjectReference, { kind: 'ORGANISATION' }>[],
  nameIsRegistered: boolean,
  ids: Map<string, number>,
): Promise<void> {
  if (references.length === 0) return
  await client.query(
    `INSERT INTO subject (kind, uscc, name, name_is_registered)
     SELECT 'ORGANISATION', r.uscc, r.name, $3 FROM unnest($1::text[], $2::text[]) AS r (uscc, name)
      WHERE NOT EXISTS (SELECT FROM subject s WHERE s.uscc = r.uscc)
      ORDER BY r.uscc
     ON CONFLICT (uscc) DO NOTHING`,
    [
      references.map((reference) => reference.uscc),
      references.map((reference) => reference.name),
      nameIsRegistered,
    ],
  )
  const { rows } = await client.query(
    'SELECT id, uscc FROM subject WHERE uscc = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE',
    [references.map((reference) => reference.uscc)],
  )
  for (const row of rows) ids.set(`USCC ${row.uscc}`, Number(row.id))
}

async function resolvePersons(
  client: Queryable,
  vault: Vault,
  persons: { key: string; reference: Extract<SubjectReference, { kind: 'PERSON' }>; valueKey: string }[],
  ids: Map<string, number>,
): Promise<void> {
  if (persons.length === 0) return
  // A person has no column of its own that is unique.
  await lockPersons(client)
  const found = await client.query(
    `SELECT i.scheme, i.value_key, i.subject_id
       FROM subject_identifier i
       JOIN unnest($1::text[], $2::text[]) AS r (scheme, value_key) USING (scheme, value_key)
       JOIN subject s ON s.id = i.subject_id
      ORDER BY s.id FOR NO KEY UPDATE OF s`,
    [persons.map((person) => person.reference.scheme), persons.map((person) => person.valueKey)],
  )
  for (const row of found.rows) ids.set(`${row.scheme} ${row.value_key}`, Number(row.subject_id))
  const missing = persons.filter((person) => !ids.has(person.key))
  if (missing.length === 0) return
  const reserved = await client.query(
    "SELECT nextval(pg_get_serial_sequence('subject', 'id')) AS id FROM generate_series(1, $1)",
    [missing.length],
  )
  missing.forEach((person, position) => {
    ids.set(person.key, Number(reserved.rows[position].id))
  })
  await client.query(
    `INSERT INTO subject (id, kind, name) SELECT id, 'PERSON', name FROM unnest($1::bigint[], $2::text[]) AS r (id, name)`,
    [missing.map((person) => ids.get(person.key)), missing.map((person) => person.reference.name)],
  )
  await client.query(
    `INSERT INTO subject_identifier (scheme, value_key, subject_id, ciphertext)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[])`,
    [
      missing.map((person) => person.reference.scheme),
      missing.map((person) => person.valueKey),
      missing.map((person) => ids.get(person.key)),
      missing.map((person) =>
        vault.encrypt(person.reference.number, certificateContext(person.reference.scheme)),
      ),
    ],
  )
}

async function noteOtherNumbers(
  client: Queryable,
  named: { id: number; reference: SubjectReference }[],
): Promise<void> {
  const numbers = named.flatMap(({ id, reference }) =>
    reference.kind === 'ORGANISATION' ? reference.otherNumbers.map((number) => ({ id, ...number })) : [],
  )
  if (numbers.length === 0) return
  await client.query(
    `INSERT INTO subject_identifier (scheme, value_key, subject_id)
     SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS r (scheme, value_key, subject_id)
      ORDER BY 1, 2, 3
     ON CONFLICT DO NOTHING`,
    [numbers.map(({ scheme }) => scheme), numbers.map(({ value }) => value), numbers.map(({ id }) => id)],
  )
}

/** Which of these identifiers belong to a subject already. Returns the subset as `subjectKey` texts. */
export async function knownSubjects(
  client: Queryable,
  vault: Vault,
  references: readonly SubjectReference[],
): Promise<Set<string>> {
  const keys = references.map((reference) => subjectKey(vault, reference))
  const { rows } = await client.query(
    `SELECT 'USCC ' || uscc AS key FROM subject WHERE uscc = ANY ($1::text[])
     UNION ALL
     SELECT scheme || ' ' || value_key FROM subject_identifier
       JOIN unnest($2::text[], $3::text[]) AS r (scheme, value_key) USING (scheme, value_key)`,
    [
      references.flatMap((reference) => (reference.kind === 'ORGANISATION' ? [reference.uscc] : [])),
      keys.map((key) => key.slice(0, key.indexOf(' '))),
      keys.map((key) => key.slice(key.indexOf(' ') + 1)),
    ],
  )
  return new Set(rows.map((row) => row.key))
}

/**
 * Persons who bear exactly this name and one of whose certificate numbers ends so, upper case. Numbers are opened here and
 * stay here; of very many namesakes only the first `most` are looked at.
 */
export async function personsByNameAndEnding(
  database: Queryable,
  vault: Vault,
  name: string,
  ending: string,
  most: number,
): Promise<number[]> {
  const { rows } = await database.query(
    `SELECT i.scheme, i.ciphertext, i.subject_id AS id
       FROM subject_name n
       JOIN subject s ON s.id = n.subject_id AND s.kind = 'PERSON'
       JOIN subject_identifier i ON i.subject_id = s.id AND i.ciphertext IS NOT NULL
      WHERE n.key = $1 ORDER BY s.id LIMIT $2`,
    [normaliseName(name), most],
  )
  const ids = rows.flatMap(({ scheme, ciphertext, id }) =>
    vault.decrypt(ciphertext, certificateContext(scheme)).endsWith(ending) ? [Number(id)] : [],
  )
  return [...new Set(ids)]
}

/** The code that tells where an organisation is registered; null: a person, or an organisation without one. */
export async function usccOfSubject(client: Queryable, subjectId: number): Promise<string | null> {
  const { rows } = await client.query('SELECT uscc FROM subject WHERE id = $1', [subjectId])
  return rows[0]?.uscc ?? null
}
