import type { ReactNode } from 'react'
import { createBrowserRouter, type RouteObject } from 'react-router'
import { base } from './api/page.ts'
import { innerPages, type PageModule, pages } from './pages.ts'
import { Crashed } from './parts/crashed.tsx'
import { Layout } from './parts/layout.tsx'
import { NotAllowed, NotFound } from './parts/not-found.tsx'
import { useMay } from './session/viewer.tsx'

type Loader = () => Promise<PageModule>
const page = (path: string, load: Loader, needs: readonly string[] = []): RouteObject => ({
  path,
  lazy: async () => {
    const { default: Page } = await load()
    return needs.length === 0 ? { Component: Page } : { element: <Permitted needs={needs} page={<Page />} /> }
  },
})

function Permitted({ needs, page }: { needs: readonly string[]; page: ReactNode }) {
  const may = useMay()
  return needs.some(may) ? page : <NotAllowed />
}

export const router = createBrowserRouter(
  [
    {
      errorElement: <Crashed />,
      // While the first page comes there is nothing to show; it is there at once.
      hydrateFallbackElement: <span />,
      children: [
        page('sign-in', () => import('./pages/sign-in/sign-in.tsx')),
        page('set-up', () => import('./pages/sign-in/set-up.tsx')),
        {
          element: <Layout />,
          children: [
            ...[...pages, ...innerPages].map(({ path, load, needs }) => page(path, load, needs)),
            { path: '*', element: <NotFound /> },
          ],
        },
      ],
    },
  ],
  { basename: base },
)
