import { Alert, Button, Form } from 'antd'
import { toString as drawQrCode } from 'qrcode'
import { useEffect, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useAttempt } from '../../api/use-attempt.ts'
import { CopyText } from '../../parts/copy-text.tsx'
import { Fields, neededText, type Values } from '../../parts/fields.tsx'
import { useNewPassword } from '../../parts/new-password.ts'
import { FaultNotice } from '../../parts/states.tsx'
import { postLogin } from '../../session/sign-in.ts'
import { useTexts } from '../../texts/language.tsx'
import { signInTexts } from '../../texts/sign-in.ts'
import { Alone } from './alone.tsx'

type Started = { code: string; name: string; email: string; secret: string; uri: string }

/** What a new officer does once: telephone, password, backup codes. */
export default function SetUp() {
  const t = useTexts(signInTexts)
  const [started, setStarted] = useState<Started | null>(null)
  const [backupCodes, setBackupCodes] = useState<string[] | null>(null)
  const { busy, fault, attempt } = useAttempt()
  const navigate = useNavigate()
  const newPassword = useNewPassword('password')

  async function start(values: Values) {
    const code = neededText(values, 'code')
    const { name, email, secret, uri } = await postLogin('set-up/start', { code })
    setStarted({ code, name: String(name), email: String(email), secret: String(secret), uri: String(uri) })
  }
  async function finish(code: string, values: Values) {
    const body = { code, password: values.password, totp: neededText(values, 'totp') }
    const answer = await postLogin('set-up/finish', body)
    setBackupCodes(Array.isArray(answer.backupCodes) ? answer.backupCodes.map(String) : [])
  }

  if (backupCodes !== null)
    return (
      <Alone title={t.backupTitle}>
        <Alert type="warning" showIcon title={t.backupText} />
        <CopyText block label={t.backupTitle} text={backupCodes.join('\n')} />
        <Button type="primary" onClick={() => navigate('/', { replace: true })}>
          {t.kept}
        </Button>
      </Alone>
    )
  return (
    <Alone title={t.setUpTitle}>
      {fault === null ? null : <FaultNotice fault={fault} />}
      {started === null ? (
        <Form<Values>
          key="start"
          layout="vertical"
          requiredMark={false}
          onFinish={(values) => attempt(() => start(values))}
        >
          <Fields fields={[{ name: 'code', label: t.setUpCode, kind: 'text', help: t.setUpCodeHelp }]} />
          <Button type="primary" block htmlType="submit" loading={busy}>
            {t.next}
          </Button>
        </Form>
      ) : (
        <Form<Values>
          key="finish"
          layout="vertical"
          requiredMark={false}
          onFinish={(values) => attempt(() => finish(started.code, values))}
        >
          <p className="note">
            {started.name} · {started.email}
          </p>
          <h2>{t.scan}</h2>
          <QrCode text={started.uri} />
          <p className="note">{t.secret}</p>
          <CopyText label={t.secret} text={started.secret} />
          <h2>{t.choose}</h2>
          <Fields fields={newPassword} />
          <h2>{t.prove}</h2>
          <Fields fields={[{ name: 'totp', label: t.code, kind: 'text', autoComplete: 'one-time-code' }]} />
          <Button type="primary" block htmlType="submit" loading={busy}>
            {t.finish}
          </Button>
        </Form>
      )}
      <Link to="/sign-in">{t.haveAccount}</Link>
    </Alone>
  )
}

/** The secret is drawn in the page; no service of another sees it. */
function QrCode({ text }: { text: string }) {
  const t = useTexts(signInTexts)
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    drawQrCode(text, { type: 'svg', margin: 1 }).then((svg) =>
      setAddress(`data:image/svg+xml,${encodeURIComponent(svg)}`),
    )
  }, [text])
  return address === null ? null : <img className="qr" src={address} alt={t.scan} width={200} height={200} />
}
