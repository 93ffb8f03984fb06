import type { Page } from './page.ts'
import { aboutPage, glossaryPage } from './pages/about.tsx'
import { apiPage } from './pages/api.tsx'
import { casesPage } from './pages/cases.tsx'
import { creditCodePage } from './pages/credit-code.tsx'
import { departmentsPage } from './pages/departments.tsx'
import { homePage } from './pages/home.tsx'
import { listsPage } from './pages/lists.tsx'
import { measuresPage } from './pages/measures.tsx'
import { openDataPage } from './pages/open-data.tsx'
import { personsPage } from './pages/persons.tsx'
import { licencesPage, penaltiesPage } from './pages/publicity.tsx'
import { applyPage } from './pages/remedy-form.tsx'
import { objectionPage, repairPage } from './pages/remedy-guides.tsx'
import { progressPage } from './pages/remedy-progress.tsx'
import { searchPage } from './pages/search.tsx'
import { statisticsPage } from './pages/statistics.tsx'
import { subjectPage } from './pages/subject.tsx'
import { subjectRecordsPage } from './pages/subject-records.tsx'
import { verificationPage } from './pages/verification.tsx'

/** `:name` in a path stands for one segment. `mapped`: the site map names it. */
export type Route = { path: string; page: Page; mapped: boolean }

const read = (path: string, page: Page): Route => ({ path, page, mapped: !path.includes(':') })
/** Asked or posted to by one reader, so not in the site map. */
const unmapped = (path: string, page: Page): Route => ({ path, page, mapped: false })

/** Every page of the site, one line each. */
export const routes: readonly Route[] = [
  read('/', homePage),
  unmapped('/search', searchPage),
  read('/subjects/:uscc', subjectPage),
  read('/subjects/:uscc/:group', subjectRecordsPage),
  read('/lists/:colour', listsPage),
  read('/publicity/licences', licencesPage),
  read('/publicity/penalties', penaltiesPage),
  read('/cases', casesPage),
  unmapped('/persons', personsPage),
  read('/measures', measuresPage),
  read('/departments', departmentsPage),
  read('/credit-code', creditCodePage),
  read('/verification', verificationPage),
  read('/statistics', statisticsPage),
  read('/objection', objectionPage),
  read('/repair', repairPage),
  unmapped('/apply', applyPage),
  unmapped('/progress', progressPage),
  read('/open-data', openDataPage),
  read('/api', apiPage),
  read('/about', aboutPage),
  read('/glossary', glossaryPage),
]

export function findRoute(path: string): { route: Route; params: Record<string, string> } | null {
  const segments = path.split('/')
  for (const route of routes) {
    const wanted = route.path.split('/')
    if (wanted.length !== segments.length) continue
    const params: Record<string, string> = {}
    const fits = wanted.every((part, index) => {
      const segment = segments[index] ?? ''
      if (!part.startsWith(':')) return part === segment
      params[part.slice(1)] = decoded(segment)
      return segment !== ''
    })
    if (fits) return { route, params }
  }
  return null
}

/** A segment that is no UTF-8 names nothing. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}
