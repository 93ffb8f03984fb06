import { App, Button, Form } from 'antd'
import { type ReactNode, useState } from 'react'
import { newId } from '../api/ask.ts'
import { useAttempt } from '../api/use-attempt.ts'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'
import { Dialog } from './dialog.tsx'
import { type Field, Fields, type Values } from './fields.tsx'
import { FaultNotice } from './states.tsx'

type Props = {
  label: ReactNode
  /** The question of the dialog, naming what it is about. */
  title: string
  /** What it comes to, above the fields. */
  text?: ReactNode
  fields?: readonly Field[]
  /** Harms, or cannot be taken back: the button says so, and the dialog asks. */
  danger?: boolean
  primary?: boolean
  small?: boolean
  confirmLabel?: string
  /**
   * Throws a Fault where it is refused, which the dialog shows. PROPOSED: it waits for a second person. The id is the same as
   * long as the dialog is open: what is sent again because the answer was lost happens once.
   */
  onAct(values: Values, id: string): Promise<unknown>
  onDone?(): void
  /** Told when it worked; a text that stands in for the usual one. */
  done?: string
}

/** A button for an act that is confirmed, or filled in, in a dialog. */
export function ActButton(props: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        danger={props.danger ?? false}
        type={props.primary ? 'primary' : 'default'}
        size={props.small ? 'small' : 'middle'}
        onClick={() => setOpen(true)}
      >
        {props.label}
      </Button>
      <Dialog title={props.title} open={open} onClose={() => setOpen(false)}>
        <ActForm {...props} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function ActForm({ onClose, ...props }: Props & { onClose(): void }) {
  const t = useTexts(shellTexts)
  const { message } = App.useApp()
  const [id] = useState(newId)
  const { busy, fault, attempt } = useAttempt()

  async function submit(values: Values) {
    const came = await props.onAct(values, id)
    onClose()
    if (came === 'PROPOSED') void message.info(t.proposed)
    else void message.success(props.done ?? t.done)
    props.onDone?.()
  }
  return (
    <Form layout="vertical" onFinish={(values: Values) => attempt(() => submit(values))}>
      {props.text === undefined ? null : <div className="dialog-text">{props.text}</div>}
      <Fields fields={props.fields ?? []} />
      {fault === null ? null : <FaultNotice fault={fault} />}
      <div className="dialog-acts">
        <Button onClick={onClose}>{t.cancel}</Button>
        <Button type="primary" htmlType="submit" danger={props.danger ?? false} loading={busy}>
          {props.confirmLabel ?? t.confirm}
        </Button>
      </div>
    </Form>
  )
}
