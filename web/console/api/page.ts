/** What the server wrote into the page for the console to begin with. */
const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)

/** The path of the console, without a slash at the end. */
export const base = meta('console-base')?.content ?? '/console'

/** Style sheets that scripts add are taken with it alone. */
export const nonce = meta('console-nonce')?.nonce ?? ''
