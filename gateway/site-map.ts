import { z } from 'zod'
import { limits } from '../src/limits.ts'
import type { SiteBundle, SiteQuestion } from './site-bundle.ts'

const rowsShape = z.object({
  edges: z.array(z.object({ node: z.object({ uscc: z.string().nullable() }) })),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
})

/** Pages of the site and organisations with a decision or listing that is published now; persons are in none of these. */
export async function siteMap(
  site: Pick<SiteBundle, 'mappedPaths'>,
  execute: SiteQuestion['execute'],
  root: string,
): Promise<string> {
  const codes = new Set<string>()
  const lists = [
    { operation: 'DoublePublicity', field: 'doublePublicity', variables: { kind: 'PENALTY' } },
    { operation: 'DoublePublicity', field: 'doublePublicity', variables: { kind: 'LICENCE' } },
    { operation: 'ListEntries', field: 'listEntries', variables: {} },
  ] as const
  for (const { operation, field, variables } of lists) {
    let after: string | null = null
    do {
      const answer = await execute(operation, { ...variables, first: limits.publicPageSize.max, after })
      if ('fault' in answer) break
      const { edges, pageInfo } = z.object({ [field]: rowsShape }).parse(answer.data)[field] ?? noRows
      for (const { node } of edges) if (node.uscc !== null) codes.add(node.uscc)
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after !== null && codes.size < limits.siteMapEntries)
  }
  const paths = [
    ...site.mappedPaths,
    ...['black', 'red', 'attention', 'punishment'].map((list) => `/lists/${list}`),
    ...[...codes].map((code) => `/subjects/${code}`),
  ].slice(0, limits.siteMapEntries)
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${paths.map((path) => `<url><loc>${root}${path}</loc></url>`).join('\n')}
</urlset>
`
}

const noRows: z.infer<typeof rowsShape> = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } }
