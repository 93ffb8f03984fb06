import { Button } from 'antd'
import { useState } from 'react'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'

/** Browsers lend the clipboard to pages of HTTPS alone. */
const copies = 'clipboard' in navigator

/** A text to be handed on, with a button that copies it. */
export function CopyText({ label, text, block = false }: { label: string; text: string; block?: boolean }) {
  const t = useTexts(shellTexts)
  const [copied, setCopied] = useState(false)
  async function copy() {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <div className={block ? 'copy block' : 'copy'}>
      {block ? (
        <textarea readOnly aria-label={label} rows={Math.min(text.split('\n').length + 1, 24)} value={text} />
      ) : (
        <code>{text}</code>
      )}
      {copies ? (
        <Button size="small" onClick={() => void copy()}>
          <span aria-live="polite">{copied ? t.copied : t.copy}</span>
          <span className="unseen"> {label}</span>
        </Button>
      ) : null}
    </div>
  )
}
