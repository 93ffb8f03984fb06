import type { Queryable } from '../../src/kernel/database.ts'
import { placeOf, searchableNameOf } from '../../src/subjects/name-store.ts'

const namesPerStatement = 5_000
const columns =
  'core, trade_name, industry, region, region_code, org_form, branch, pinyin, initials, reading, grams, candidate_keys'

/** What generated names are searched by, as the service takes names apart: each once, however many subjects bear it. */
export async function makeSearchable(client: Queryable): Promise<void> {
  await client.query(
    `CREATE TEMPORARY TABLE taken_apart ON COMMIT DROP AS SELECT name, ${columns} FROM searchable_name LIMIT 0`,
  )
  const { rows } = await client.query('SELECT DISTINCT name FROM subject')
  for (let from = 0; from < rows.length; from += namesPerStatement) {
    const names = rows.slice(from, from + namesPerStatement)
    await client.query(
      `INSERT INTO taken_apart (name, ${columns})
       SELECT name, core, "tradeName", industry, region, "regionCode", "orgForm", branch, pinyin, initials, reading, grams,
              "candidateKeys"
         FROM json_to_recordset($1::json) AS r (name text, core text, "tradeName" text, industry text, region text,
                "regionCode" text, "orgForm" text, branch text, pinyin text, initials text, reading text, grams text[],
                "candidateKeys" int[])`,
      [JSON.stringify(names.map(({ name }) => ({ ...searchableNameOf(name), name })))],
    )
  }
  await client.query(
    `INSERT INTO searchable_name (subject_id, name_key, name, is_former, place, ${columns})
     SELECT s.id, s.name, s.name, false, ${placeOf('s.id')}, ${columns} FROM subject s JOIN taken_apart USING (name)`,
  )
}
