import { Link } from 'react-router'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'

/** The server refuses what the page would ask for as well; so nobody sees a page full of refusals. */
export function NotAllowed() {
  const t = useTexts(shellTexts)
  return (
    <div className="state">
      <h1>{t.notAllowed}</h1>
      <Link to="/">{t.home}</Link>
    </div>
  )
}

export function NotFound() {
  const t = useTexts(shellTexts)
  return (
    <div className="state">
      <h1>{t.notFound}</h1>
      <Link to="/">{t.home}</Link>
    </div>
  )
}
