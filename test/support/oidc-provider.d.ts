/** What the tests use of it: the package brings no types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  type KoaContext = { path: string; body: unknown }
  export default class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    use(middleware: (context: KoaContext, next: () => Promise<void>) => Promise<void>): void
    callback(): RequestListener
  }
}
