import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type BuiltFiles, readBuiltFiles } from './built-files.ts'

/** What `npm run build:web` made of web/site: a module that renders pages, and files for browsers. */
export type SiteBundle = {
  renderPage(input: SiteQuestion): Promise<SiteAnswer>
  hasPage(path: string): boolean
  mappedPaths: readonly string[]
  assets: { css: string; js: string }
  files: BuiltFiles
}

/** As `RenderInput` of web/site/render.tsx. */
export type SiteQuestion = {
  path: string
  query: URLSearchParams
  form: URLSearchParams | null
  execute(name: string, variables: object): Promise<{ data: unknown } | { fault: string; message: string }>
  base: string
  origin: string
  day: string
  assets: { css: string; js: string }
  suggestions: string
  /** What the gateway refused before any page was asked: told in the look of the site, without a question. */
  fault: { code: string; message: string } | null
}

/** As `Rendered` of web/site/render.tsx. */
export type SiteAnswer = z.infer<typeof answerShape>

const answerShape = z.object({
  status: z.number().int(),
  html: z.string(),
  reach: z.enum(['EVERYBODY', 'UNLISTED', 'PRIVATE']),
  location: z.string().nullable(),
})
const called = z.custom<(...inputs: unknown[]) => unknown>((value) => typeof value === 'function')
const moduleShape = z.object({ renderPage: called, hasPage: called, mappedPaths: z.array(z.string()) })
const manifestShape = z.object({ 'enhance.ts': z.object({ file: z.string(), css: z.tuple([z.string()]) }) })

const folder = new URL('../web/dist/site/', import.meta.url)

/** Null: it is not built. */
export async function loadSiteBundle(basePath: string): Promise<SiteBundle | null> {
  const manifest = readBuilt('client/manifest.json')
  const module = fileURLToPath(new URL('server/render.js', folder))
  if (manifest === null || readBuilt('server/render.js') === null) return null
  const imported: unknown = await import(module)
  const { renderPage, hasPage, mappedPaths } = moduleShape.parse(imported)
  const { file, css } = manifestShape.parse(JSON.parse(manifest.toString('utf8')))['enhance.ts']
  return {
    renderPage: async (input) => answerShape.parse(await renderPage(input)),
    hasPage: (path) => hasPage(path) === true,
    mappedPaths,
    assets: { css: `${basePath}/${css[0]}`, js: `${basePath}/${file}` },
    files: readBuiltFiles(new URL('client/assets/', folder)),
  }
}

function readBuilt(path: string): Buffer | null {
  try {
    return readFileSync(new URL(path, folder))
  } catch {
    return null
  }
}
