import type { ReactNode } from 'react'
import type { Variables } from './answers.ts'
import type { Answers } from './operation-types.ts'

export type Language = 'zh' | 'en'

/** A sentence in the language of the page. */
export type Words = (zh: string, en: string) => string

/** One persisted operation of the public surface (schema/public/operations). Throws `Fault`. */
export type Ask = <Name extends keyof Answers>(name: Name, variables: Variables) => Promise<Answers[Name]>

/** What the public surface refused: the code of its first error. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export type PageRequest = {
  language: Language
  t: Words
  /** The address of a page of the site in the language of this one. */
  link(path: string, query?: Record<string, string>): string
  /** The address of something beside the site, such as `/verify/`. */
  outside(path: string): string
  /** What stands for `:name` in the path of the route. */
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  /** What a form posted; null: the page was read. */
  form: URLSearchParams | null
  ask: Ask
  /** Where scripts ask for names while one types; variables are still to be added. */
  suggestions: string
  /** City (市) that the site is of, as the directory of divisions calls it. */
  city: string
  day: string
}

export type PageAnswer =
  | {
      kind: 'PAGE'
      status: number
      title: string
      body: ReactNode
      /** PRIVATE: told to one asker, kept by nobody, found by no search engine. */
      reach: 'EVERYBODY' | 'UNLISTED' | 'PRIVATE'
    }
  | { kind: 'ELSEWHERE'; location: string }

export type Page = (request: PageRequest) => Promise<PageAnswer>

export const page = (title: string, body: ReactNode): PageAnswer => ({
  kind: 'PAGE',
  status: 200,
  title,
  body,
  reach: 'EVERYBODY',
})

/** What is told to one asker alone. */
export const privatePage = (title: string, body: ReactNode, status = 200): PageAnswer => ({
  kind: 'PAGE',
  status,
  title,
  body,
  reach: 'PRIVATE',
})
