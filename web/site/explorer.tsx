import { GraphiQL } from 'graphiql'
import { buildSchema, GraphQLSchema } from 'graphql'
import { createRoot } from 'react-dom/client'
import 'graphiql/style.css'

/** What is typed is kept nowhere: the next reader of the same machine finds nothing of it. */
const storage = { getItem: () => null, setItem() {}, removeItem() {}, clear() {}, length: 0 }

/** Puts GraphiQL where the button says; it only reads, since every question is a GET. */
export async function openExplorer({ dataset }: HTMLElement): Promise<void> {
  const { explorer: endpoint = '', schema: address = '', query = '' } = dataset
  const place = document.querySelector('#explorer')
  if (place === null) return
  const sdl = await (await fetch(address)).text()
  // What changes anything is not offered, and refused if asked for all the same.
  const schema = new GraphQLSchema({ ...buildSchema(sdl).toConfig(), mutation: null })
  place.classList.add('opened')
  createRoot(place).render(
    <GraphiQL
      schema={schema}
      defaultQuery={query}
      storage={storage}
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
      fetcher={async ({ query: document, variables, operationName }) => {
        const asked = new URLSearchParams({ query: document, variables: JSON.stringify(variables ?? {}) })
        if (operationName) asked.set('operationName', operationName)
        return (await fetch(`${endpoint}?${asked}`, { headers: { accept: 'application/json' } })).json()
      }}
    />,
  )
  place.scrollIntoView()
}
