import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { NavLink, Outlet, useLocation, useNavigate } from 'react-router'
import { onSessionEnd } from '../api/ask.ts'
import { type PageEntry, pages } from '../pages.ts'
import { signOut } from '../session/sign-in.ts'
import { useMay, useViewer, useViewerAsked, ViewerProvider } from '../session/viewer.tsx'
import { useLanguage, useTexts, useWords } from '../texts/language.tsx'
import { pageTexts, roleWords, shellTexts } from '../texts/shell.ts'
import { useConsoleKeys } from './shortcuts.tsx'
import { Failed, Loading } from './states.tsx'

/** The frame around every page of somebody who has signed in. */
export function Layout() {
  const asked = useViewerAsked()
  const navigate = useNavigate()
  const location = useLocation()
  const here = useRef(location)
  here.current = location
  useEffect(() => {
    onSessionEnd(() => {
      const { pathname, search } = here.current
      navigate(`/sign-in?next=${encodeURIComponent(pathname + search)}`, { replace: true })
    })
    return () => onSessionEnd(() => undefined)
  }, [navigate])

  if (asked.fault) return <Failed fault={asked.fault} onAgain={asked.reload} />
  const viewer = asked.data?.viewer
  if (!viewer) return <Loading />
  return (
    <ViewerProvider viewer={viewer}>
      <Frame />
    </ViewerProvider>
  )
}

const groups = ['top', 'workGroup', 'dataGroup', 'administrationGroup', 'mineGroup'] as const

function Frame() {
  const t = useTexts(shellTexts)
  const titles = useTexts(pageTexts)
  const role = useWords(roleWords)
  const viewer = useViewer()
  const may = useMay()
  const { language, setLanguage } = useLanguage()
  const [open, setOpen] = useState(false)
  const { pathname } = useLocation()
  const help = useConsoleKeys()
  const main = useRef<HTMLElement>(null)
  const before = useRef(pathname)

  useEffect(() => {
    const entry = pages.findLast(({ path }) => path !== '' && pathname.startsWith(`/${path}`)) ?? pages[0]
    if (entry) document.title = `${titles[entry.name]} · ${t.console}`
    if (before.current === pathname) return
    before.current = pathname
    setOpen(false)
    // Whoever reads with a screen reader, or by keys, goes on where the new page begins.
    main.current?.focus()
  }, [pathname, titles, t])

  const allowed = pages.filter(({ needs }) => needs.length === 0 || needs.some(may))
  const link = ({ name, path }: PageEntry) => (
    <li key={name}>
      <NavLink to={`/${path}`} end={path === ''}>
        {titles[name]}
      </NavLink>
    </li>
  )
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <header className="frame-head">
        <Button
          className="frame-menu"
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        >
          {t.menu}
        </Button>
        <strong className="frame-name">{t.console}</strong>
        <span className="frame-who">
          {viewer.department.name} · {viewer.name}
          <span className="frame-roles">{viewer.roles.map(role).join('、')}</span>
        </span>
        <Button
          type="text"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {t.switchLanguage}
        </Button>
        <Button type="text" onClick={() => void signOut()}>
          {t.signOut}
        </Button>
      </header>
      <nav id="navigation" className={open ? 'frame-nav open' : 'frame-nav'} aria-label={t.navigation}>
        {groups.map((group) => {
          const inside = allowed.filter((entry) => entry.group === group)
          if (inside.length === 0) return null
          return (
            <section key={group}>
              {group === 'top' ? null : <h2>{t[group]}</h2>}
              <ul>{inside.map(link)}</ul>
            </section>
          )
        })}
      </nav>
      <main id="content" className="frame-content" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      {help}
    </div>
  )
}
