import type { ComponentType } from 'react'
import type { pageTexts } from './texts/shell.ts'

export type PageModule = { default: ComponentType }
export type PageName = keyof typeof pageTexts

export type PageEntry = {
  name: PageName
  /** Below the console's own path. */
  path: string
  /** Any of these opens it; none: everybody's. */
  needs: readonly string[]
  group: 'top' | 'workGroup' | 'dataGroup' | 'administrationGroup' | 'mineGroup'
  /** After g. */
  key?: string
  load(): Promise<PageModule>
}

/** The pages in the order of the menu. Each is loaded when it is opened. */
export const pages: readonly PageEntry[] = [
  {
    name: 'dashboard',
    path: '',
    needs: [],
    group: 'top',
    key: 'd',
    load: () => import('./pages/dashboard/dashboard.tsx'),
  },
  {
    name: 'batches',
    path: 'batches',
    needs: ['batch.read'],
    group: 'dataGroup',
    key: 'b',
    load: () => import('./pages/batches/batches.tsx'),
  },
  {
    name: 'security',
    path: 'security',
    needs: [],
    group: 'mineGroup',
    load: () => import('./pages/security/security.tsx'),
  },
]

/** Pages below those of the menu. */
export const innerPages: readonly Pick<PageEntry, 'name' | 'path' | 'needs' | 'load'>[] = [
  {
    name: 'batches',
    path: 'batches/:batchId',
    needs: ['batch.read'],
    load: () => import('./pages/batches/batch.tsx'),
  },
]
