/**
 * The least that finds names: plain SQL on the index of the search. `grams` are those that every answer has, `text` is null
 * where they say all of the question, as they do of pinyin.
 */
export type PlainQuestion = { grams: string[]; text: string | null }

/** $1: grams, $2: text. */
export const plainSearch = (columns: string, limit: number) => `
  SELECT ${columns} FROM searchable_name n
   WHERE n.grams @> $1::text[] AND ($2::text IS NULL OR n.name_key LIKE '%' || $2 || '%') LIMIT ${limit}`
