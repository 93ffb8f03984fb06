import { isIP } from 'node:net'
import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import { mayConnect, type WebhookTargets } from './address-policy.ts'

type Protocol = 'https:' | 'http:'

/** The parts of a registered address that a connection needs. */
export type WebhookAddress = { protocol: Protocol; host: string; url: URL }

/**
 * The address as it is kept and signed. A name is judged again at every delivery, by what it then resolves to; here
 * only what can never be right is refused.
 */
export function readWebhookUrl(text: string, targets: WebhookTargets): string {
  if (text.length > limits.webhookUrlCharacters)
    return deny(
      `至多 ${limits.webhookUrlCharacters} 字符 (at most ${limits.webhookUrlCharacters} characters)`,
    )
  const read = parseWebhookUrl(text)
  if (!read) return deny('须为 https 地址 (expected an https address)')
  const { protocol, host, url } = read
  if (url.username !== '' || url.password !== '') return deny('不得含用户名或口令 (no credentials)')
  if (text.includes('#')) return deny('不得含片段 (no fragment)')
  if (!isAllowedPort(url)) return deny('端口须为 443 或 1024 以上 (port: 443, or 1024 and above)')
  if (protocol === 'http:' && !isOfThisMachine(host, targets))
    return deny('须为 https 地址 (expected an https address)')
  if (isIP(host) !== 0 && !mayConnect(protocol, [host], targets))
    return deny('不得为内部或特殊地址 (no internal or special address)')
  return url.href
}

/** Undefined where the text is no address of the web. */
export function parseWebhookUrl(text: string): WebhookAddress | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const { protocol } = url
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  return { protocol, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), url }
}

/** Below 1024 lie the services of a system itself: mail, remote login, printers. */
function isAllowedPort({ protocol, port }: URL): boolean {
  if (port === '') return protocol === 'https:'
  return Number(port) >= 1024
}

function isOfThisMachine(host: string, targets: WebhookTargets): boolean {
  return host === 'localhost'
    ? targets === 'PUBLIC_AND_LOOPBACK'
    : isIP(host) !== 0 && mayConnect('http:', [host], targets)
}

function deny(reason: string): never {
  throw new Refusal('INPUT_INVALID', `url ${reason}`)
}
