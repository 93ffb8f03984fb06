import { type ReactNode, useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { pages } from '../pages.ts'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'
import { Dialog } from './dialog.tsx'

/** Keys of the console; they never fire while somebody types. Gives the help that `?` shows. */
export function useConsoleKeys(): ReactNode {
  const t = useTexts(shellTexts)
  const navigate = useNavigate()
  const [help, setHelp] = useState(false)

  useEffect(() => {
    let afterG = false
    function hear(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (document.querySelector('dialog[open]') !== null) return
      const { key } = event
      if (afterG) {
        afterG = false
        const entry = pages.find((page) => page.key === key)
        if (entry) navigate(`/${entry.path}`)
      } else if (key === 'g') afterG = true
      else if (key === '?') setHelp(true)
      else if (key === '/') {
        event.preventDefault()
        document.querySelector<HTMLElement>('.filters input, .filters select')?.focus()
      } else if (key === 'j' || key === 'k') moveRow(key === 'j' ? 1 : -1)
    }
    document.addEventListener('keydown', hear)
    return () => document.removeEventListener('keydown', hear)
  }, [navigate])

  const lines: [string, string][] = [
    ['g d · g q · g r · g t', t.keysGo],
    ['j · k', t.keysNext],
    ['Enter', t.keysOpen],
    ['/', t.keysFilter],
    ['?', t.keysHelp],
  ]
  return (
    <Dialog title={t.keys} open={help} onClose={() => setHelp(false)}>
      <dl className="facts">
        {lines.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

/** The link or button that opens a row stands for the row. */
function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row-opener]')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const next = at < 0 ? (step === 1 ? 0 : rows.length - 1) : at + step
  rows[next]?.focus()
}
