import { createHash } from 'node:crypto'
import type { Standing } from '../src/reports/standing.ts'
import type { DocumentKind } from '../src/reports/statement.ts'
import type { Verification, VerifiedContent } from '../src/reports/verification-service.ts'

/** The page on which people verify a document: one file, readable without scripts, that asks nobody for anything. */

const style = `:root{color-scheme:light dark}
body{margin:0;font:1rem/1.7 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;background:#f4f6f9;color:#1d2430}
main{max-width:44rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.35rem;line-height:1.4}
section{background:#fff;border-radius:.5rem;padding:1rem 1.25rem;margin:1rem 0;border-left:.35rem solid #5b6472}
section.good{border-color:#1f6b45}section.changed{border-color:#8a5a00}section.bad{border-color:#a3211b}
section h2{margin:.2rem 0 .4rem;font-size:1.1rem}
dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.35rem 1rem;margin:0}
dt{color:#4a5360}dd{margin:0;overflow-wrap:anywhere}
code{font-family:ui-monospace,monospace;font-size:.9em}
small,.en{color:#4a5360}
@media(max-width:32rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}
@media(prefers-color-scheme:dark){body{background:#14181f;color:#e6e9ee}section{background:#1d232d}dt,small,.en{color:#aab3c0}}`

export const verificationPageHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
}

type Words = { tone: 'good' | 'changed' | 'bad'; zh: string; en: string }

const standingWords: Readonly<Record<Standing, Words>> = {
  UNCHANGED: {
    tone: 'good',
    zh: '自出具以来，公开数据中没有变化。',
    en: 'As issued; nothing has changed in public data since.',
  },
  CHANGED: {
    tone: 'changed',
    zh: '自出具以来，数据已有变化；所载内容仅反映出具时的数据版本，请重新查询。',
    en: 'Issued as stated, but data have changed since: it speaks of its data version only. Ask again.',
  },
  ENDED: {
    tone: 'bad',
    zh: '所载信息中已有修复、到期、撤销或者停止公示的，内容不再显示，不得继续使用。',
    en: 'Something in it was repaired, has expired, or was withdrawn since: its content is no longer shown and must not be used.',
  },
  UNTOLD: {
    tone: 'changed',
    zh: '出具已久，平台不再说明其后的变化，请重新查询。',
    en: 'Issued long ago: what came since is no longer told. Ask again.',
  },
}

const kindWords: Readonly<Record<DocumentKind, string>> = {
  SEARCH_CERTIFICATE: '信用信息查询证明 Certificate of search',
  CREDIT_REPORT: '公共信用信息报告 Public credit report',
}

/** Null: no such document. */
export function verificationPage(verification: Verification | null): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>文件核验 Verification</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>文件核验 <span class="en" lang="en">Verification of a document</span></h1>
${verification ? foundSections(verification) : unknownSection}
</main>
</body>
</html>
`
}

const unknownSection = `<section class="bad" role="status">
<h2>没有此编号的文件 <span lang="en">No such document</span></h2>
<p>本平台未出具过此编号的文件。请核对编号；如编号无误，该文件不是本平台出具的。</p>
<p class="en" lang="en">The exchange has issued no document under this serial number. Check the number; if it is right, the document is not genuine.</p>
</section>`

function foundSections(verification: Verification): string {
  const { tone, zh, en } = standingWords[verification.standing]
  return `<section class="${tone}" role="status">
<h2>编号真实 <span lang="en">Genuine serial number</span></h2>
<p>${zh}</p>
<p class="en" lang="en">${en}</p>
</section>
<section>
<h2>文件 <span lang="en">Document</span></h2>
<dl>
${fact('种类 Kind', kindWords[verification.kind])}
${fact('编号 Serial', verification.serial)}
${fact('出具时间 Issued at', momentText(verification.issuedAt))}
${fact('所问日期 As of', verification.asOf)}
${fact('数据版本 Data version', String(verification.dataVersion))}
</dl>
</section>
${contentSection(verification)}
<section>
<h2>比对文件 <span lang="en">Compare the file</span></h2>
<p>无须上传：在本机计算 PDF 的 SHA-256，与下列一致即为原件；亦可用 <code>jce verify</code> 离线验证其中的签名声明。</p>
<p class="en" lang="en">Nothing to upload: reckon the SHA-256 of your PDF and compare; or verify the signed statement inside it offline with jce verify.</p>
<dl>
${fact('PDF SHA-256', verification.pdfSha256)}
${fact('签名声明 Statement SHA-256', verification.statementSha256)}
</dl>
</section>`
}

function contentSection({ content, standing }: Verification): string {
  if (standing === 'ENDED') return ''
  if (!content) {
    return `<section>
<h2>内容不在此显示 <span lang="en">Content is not shown here</span></h2>
<p>内容不公开或者已不再保存，请以手中的文件比对。</p>
<p class="en" lang="en">It is not public or no longer kept: compare the file at hand.</p>
</section>`
  }
  return `<section>
<h2>出具时的内容 <span lang="en">Content as issued</span></h2>
<dl>
${fact('主体 Subject', content.name ?? '（公开数据中没有名称 not named in public data）')}
${fact('统一社会信用代码 USCC', content.uscc)}
${content.found ? fact('结果 Outcome', outcomeText(content.found)) : ''}
</dl>
</section>`
}

function outcomeText({ outcome, lists }: NonNullable<VerifiedContent['found']>): string {
  const words = outcome === 'LISTED' ? '列入名单 LISTED' : '未列入失信、惩戒或者关注名单 NOT LISTED'
  return lists.length === 0 ? words : `${words}：${lists.join('、')}`
}

const fact = (label: string, value: string) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const shanghaiMoment = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
})
const momentText = (moment: Date) => `${shanghaiMoment.format(moment)}（北京时间 UTC+8）`
