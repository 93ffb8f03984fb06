import { PageHead } from '../../parts/page-head.tsx'
import { useTexts } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'

export default function Dashboard() {
  const titles = useTexts(pageTexts)
  return <PageHead title={titles.dashboard} />
}
