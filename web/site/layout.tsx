import type { ReactNode } from 'react'
import type { PageRequest } from './page.ts'

/** Addresses of what Vite built, with the digest in their names. */
export type Assets = { css: string; js: string }

type LayoutProps = {
  request: PageRequest
  title: string
  isListed: boolean
  path: string
  query: string
  root: string
  base: string
  assets: Assets
  children: ReactNode
}

const menu: readonly [string, string, string][] = [
  ['/', '首页', 'Home'],
  ['/lists/black', '名单', 'Lists'],
  ['/publicity/penalties', '双公示', 'Decisions'],
  ['/cases', '侵权假冒案件', 'Cases'],
  ['/measures', '联合惩戒', 'Measures'],
  ['/departments', '部门', 'Departments'],
  ['/credit-code', '代码校验', 'Code check'],
  ['/statistics', '统计', 'Statistics'],
  ['/open-data', '开放数据', 'Open data'],
  ['/about', '关于', 'About'],
]

export function Layout({ request, title, isListed, path, query, root, base, assets, children }: LayoutProps) {
  const { t, link, city, language } = request
  const name = siteName(request)
  const other = language === 'zh' ? `${base}/en${path}${query}` : `${base}${path}${query}`
  return (
    <html lang={language === 'zh' ? 'zh-CN' : 'en'}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === name ? name : `${title} · ${name}`}</title>
        <meta name="color-scheme" content="light dark" />
        {isListed ? null : <meta name="robots" content="noindex" />}
        <link rel="stylesheet" href={assets.css} />
        {isListed && (
          <>
            <link rel="canonical" href={`${root}${language === 'en' ? '/en' : ''}${path}`} />
            <link rel="alternate" hrefLang="zh-CN" href={`${root}${path}`} />
            <link rel="alternate" hrefLang="en" href={`${root}/en${path}`} />
          </>
        )}
        <link rel="icon" href="data:," />
        <script type="module" src={assets.js} />
      </head>
      <body>
        <a className="skip" href="#content">
          {t('跳到正文', 'Skip to content')}
        </a>
        <header className="masthead">
          <div className="wrap masthead-row">
            <a className="brand" href={link('/')}>
              <span className="seal" aria-hidden="true">
                信
              </span>
              <span>{name}</span>
            </a>
            <a className="language" href={other} lang={language === 'zh' ? 'en' : 'zh-CN'}>
              {language === 'zh' ? 'English' : '中文'}
            </a>
          </div>
          <nav className="wrap" aria-label={t('主导航', 'Main')}>
            <ul className="menu">
              {menu.map(([to, zh, en]) => (
                <li key={to}>
                  <a href={link(to)} aria-current={isUnder(path, to) ? 'page' : undefined}>
                    {t(zh, en)}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <main id="content" className="wrap">
          {children}
        </main>
        <footer className="footer">
          <div className="wrap">
            <ul className="footer-links">
              {footerLinks.map(([to, zh, en]) => (
                <li key={to}>
                  <a href={link(to)}>{t(zh, en)}</a>
                </li>
              ))}
            </ul>
            <p>
              {t(
                `${city}公共信用信息。所示仅为依法公示且仍在公示期内的信息；未查到记录，不等于没有记录。`,
                `Public credit information of ${city}. Shown is only what is lawfully published today; finding nothing does not prove that there is nothing.`,
              )}
            </p>
          </div>
        </footer>
      </body>
    </html>
  )
}

const footerLinks = [
  ['/verification', '证明与报告核验', 'Verify a document'],
  ['/persons', '自然人查询', 'Natural persons'],
  ['/objection', '异议申诉', 'Objection'],
  ['/repair', '信用修复', 'Repair'],
  ['/progress', '办理进度', 'Progress of a case'],
  ['/api', '接口', 'API'],
  ['/glossary', '术语', 'Glossary'],
  ['/about', '关于本站', 'About'],
] as const

/** 信用 and the name of the city, as such sites are called (信用驻马店). */
export function siteName({ t, city }: PageRequest): string {
  const short = city.replace(/市$/, '')
  return t(`信用${short}`, city === '' ? 'Public credit' : `Public credit of ${city}`)
}

const isUnder = (path: string, to: string) =>
  path === to || (to !== '/' && path.startsWith(`/${to.split('/')[1]}/`))
