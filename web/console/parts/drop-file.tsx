import { Button } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'

/** A place for a file to be dropped on; whoever does not drag has the button. */
export function DropFile({
  label,
  accept,
  disabled = false,
  onFile,
}: {
  label: string
  /** File name extensions, e.g. `.csv,.xlsx`. */
  accept: string
  disabled?: boolean
  onFile(file: File): void
}) {
  const t = useTexts(shellTexts)
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const drag = (isOver: boolean) => (event: DragEvent) => {
    event.preventDefault()
    setOver(isOver && !disabled)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is a way beside the button, which keys reach.
    <div
      className={over ? 'drop over' : 'drop'}
      onDragEnter={drag(true)}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        drag(false)(event)
        const [file] = event.dataTransfer.files
        if (file && !disabled) onFile(file)
      }}
    >
      <p>{label}</p>
      <Button disabled={disabled} onClick={() => input.current?.click()}>
        {t.chooseFile}
      </Button>
      <input
        ref={input}
        className="unseen"
        type="file"
        tabIndex={-1}
        accept={accept}
        aria-label={label}
        disabled={disabled}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          // The same file may be chosen again, mended.
          target.value = ''
          if (file) onFile(file)
        }}
      />
    </div>
  )
}
