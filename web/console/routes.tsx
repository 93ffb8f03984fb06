import { createBrowserRouter, type RouteObject } from 'react-router'
import { base } from './api/page.ts'
import { innerPages, type PageModule, pages } from './pages.ts'
import { Crashed } from './parts/crashed.tsx'
import { Layout } from './parts/layout.tsx'
import { NotFound } from './parts/not-found.tsx'

type Loader = () => Promise<PageModule>
const page = (path: string, load: Loader): RouteObject => ({
  path,
  lazy: async () => ({ Component: (await load()).default }),
})

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
            ...[...pages, ...innerPages].map(({ path, load }) => page(path, load)),
            { path: '*', element: <NotFound /> },
          ],
        },
      ],
    },
  ],
  { basename: base },
)
