import { createContext, type ReactNode, use, useMemo } from 'react'
import { graphql, type ResultOf } from '../api/graphql.ts'
import { type Asked, useAsk } from '../api/use-ask.ts'

export const ViewerDocument = graphql(`
  query Viewer {
    viewer { id name email roles division viewerCan department { code name } }
  }
`)

export type Viewer = NonNullable<ResultOf<typeof ViewerDocument>['viewer']>

const ViewerContext = createContext<Viewer | null>(null)

/** Who has signed in; asked again when the page is. */
export const useViewerAsked = (): Asked<ResultOf<typeof ViewerDocument>> => useAsk(ViewerDocument, none)
const none = {}

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>
}

export function useViewer(): Viewer {
  const viewer = use(ViewerContext)
  if (viewer === null) throw new TypeError('nobody has signed in')
  return viewer
}

/** Whether the viewer may do an action of the console; the server asks again. */
export function useMay(): (action: string) => boolean {
  const { viewerCan } = useViewer()
  return useMemo(() => {
    const allowed = new Set<string>(viewerCan)
    return (action) => allowed.has(action)
  }, [viewerCan])
}
