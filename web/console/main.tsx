import { App, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { nonce } from './api/page.ts'
import './console.css'
import { router } from './routes.tsx'
import { LanguageProvider, useLanguage } from './texts/language.tsx'

/** Darker than Ant Design's own where WCAG asks for more contrast on white. */
const theme = {
  token: {
    colorPrimary: '#14508f',
    colorLink: '#14508f',
    colorError: '#b3261e',
    colorTextPlaceholder: '#667085',
    colorTextDescription: '#475467',
    colorTextTertiary: '#475467',
    borderRadius: 4,
    fontFamily:
      'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif',
    motion: false,
  },
}

/** Between two characters of a word there is no blank, and who searches the page for it finds it. */
const noSpaces = { autoInsertSpace: false }

function Console() {
  const { language } = useLanguage()
  return (
    <ConfigProvider locale={language === 'zh' ? zhCN : enUS} csp={{ nonce }} theme={theme} button={noSpaces}>
      <App>
        <RouterProvider router={router} />
      </App>
    </ConfigProvider>
  )
}

const place = document.getElementById('console')
if (place === null) throw new TypeError('the page has no place for the console')
createRoot(place).render(
  <StrictMode>
    <LanguageProvider>
      <Console />
    </LanguageProvider>
  </StrictMode>,
)
