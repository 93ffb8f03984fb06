import { limits } from '../../src/limits.ts'
import type { PublicPage } from '../../src/publicity/public-page.ts'
import { publicBuilder } from './builder.ts'

const { normal, max } = limits.publicPageSize

/** Arguments of every page. The cost of a document is reckoned by `first`. */
export const pageArguments = publicBuilder.args((t) => ({
  first: t.int({ required: true, defaultValue: normal, description: `Rows of the page, 1 to ${max}.` }),
  after: t.string({
    description: 'The cursor after which it begins; pages go on as long as there are rows.',
  }),
}))

export const pageRequest = (args: { first: number; after?: string | null | undefined }) => ({
  first: args.first,
  after: args.after ?? null,
})

/** A page as Relay's cursor connections have it, forward only. */
export async function connectionOf<T>(page: Promise<PublicPage<T>>) {
  const { rows, hasNextPage, total } = await page
  const cursors = { startCursor: rows[0]?.cursor ?? null, endCursor: rows.at(-1)?.cursor ?? null }
  return { edges: rows, pageInfo: { hasNextPage, hasPreviousPage: false, ...cursors }, total }
}

publicBuilder.globalConnectionField('totalCount', (t) =>
  t.int({ description: 'All rows, of every page; costs a count.', resolve: ({ total }) => total() }),
)
