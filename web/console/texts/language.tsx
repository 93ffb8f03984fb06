import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react'

/** A text in both languages of the console, Chinese first: neither can be forgotten. */
export type Text = readonly [zh: string, en: string]
export type Dictionary = Readonly<Record<string, Text>>
export type Language = 'zh' | 'en'

const LanguageContext = createContext<{ language: Language; setLanguage(language: Language): void }>({
  language: 'zh',
  setLanguage: () => undefined,
})

const storageKey = 'console-language'

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh',
  )
  useEffect(() => {
    localStorage.setItem(storageKey, language)
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const value = useMemo(() => ({ language, setLanguage }), [language])
  return <LanguageContext value={value}>{children}</LanguageContext>
}

export const useLanguage = () => use(LanguageContext)

/** The texts of an area in the language chosen. */
export function useTexts<D extends Dictionary>(dictionary: D): { readonly [Name in keyof D]: string } {
  const { language } = useLanguage()
  return useMemo(() => {
    const chosen: Partial<Record<keyof D, string>> = {}
    for (const name of Object.keys(dictionary) as (keyof D)[]) chosen[name] = say(dictionary[name], language)
    return chosen as { readonly [Name in keyof D]: string }
  }, [dictionary, language])
}

/** Words for the codes of a closed set; a code that is new shows as it is. */
export function useWords(dictionary: Dictionary): (code: string) => string {
  const { language } = useLanguage()
  return (code) => wordOf(dictionary, code, language)
}

export const wordOf = (dictionary: Dictionary, code: string, language: Language): string =>
  say(dictionary[code], language) || code

const say = (text: Text | undefined, language: Language): string => text?.[language === 'zh' ? 0 : 1] ?? ''

/** Puts values into the places of a text: `{count} 项`. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
