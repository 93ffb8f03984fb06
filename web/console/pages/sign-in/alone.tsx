import { Button } from 'antd'
import { type ReactNode, useEffect } from 'react'
import { useLanguage, useTexts } from '../../texts/language.tsx'
import { shellTexts } from '../../texts/shell.ts'

/** A page of somebody who has not signed in. */
export function Alone({ title, children }: { title: string; children: ReactNode }) {
  const t = useTexts(shellTexts)
  const { language, setLanguage } = useLanguage()
  useEffect(() => {
    document.title = `${title} · ${t.console}`
  }, [title, t])
  return (
    <main className="alone">
      <div className="alone-head">
        <strong>{t.console}</strong>
        <Button
          size="small"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {t.switchLanguage}
        </Button>
      </div>
      <div className="card tall">
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}
