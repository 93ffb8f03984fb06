import { Link } from 'react-router'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'

export function NotFound() {
  const t = useTexts(shellTexts)
  return (
    <div className="state">
      <h1>{t.notFound}</h1>
      <Link to="/">{t.home}</Link>
    </div>
  )
}
