import { Alert, Button, Divider, Form } from 'antd'
import { useEffect, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { type Fault, faultOf, isObject } from '../../api/fault.ts'
import { Fields, neededText, type Values } from '../../parts/fields.tsx'
import { FaultNotice } from '../../parts/states.tsx'
import { nextPlace, passkeysKnown, postLogin, readLogin, signInByPasskey } from '../../session/sign-in.ts'
import { fill, useTexts } from '../../texts/language.tsx'
import { signInTexts } from '../../texts/sign-in.ts'
import { Alone } from './alone.tsx'

/** Password and one-time code, a passkey, or the city's single sign-on where it is configured. */
export default function SignIn() {
  const t = useTexts(signInTexts)
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const [step, setStep] = useState<'PASSWORD' | 'CODE'>('PASSWORD')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<Fault | null>(null)
  const [singleSignOn, setSingleSignOn] = useState<string | null>(null)

  useEffect(() => {
    readLogin('session')
      .then((answer) => {
        if (answer.officer) navigate(nextPlace(search), { replace: true })
        if (isObject(answer.singleSignOn)) setSingleSignOn(String(answer.singleSignOn.name))
      })
      .catch((error: unknown) => setFault(faultOf(error)))
  }, [navigate, search])

  async function attempt(work: () => Promise<unknown>) {
    setBusy(true)
    setFault(null)
    try {
      await work()
    } catch (error) {
      const refused = faultOf(error)
      setFault(refused)
      if (refused.code === 'CHALLENGE_OVER') setStep('PASSWORD')
    } finally {
      setBusy(false)
    }
  }
  const enter = () => navigate(nextPlace(search), { replace: true })

  return (
    <Alone title={t.title}>
      {search.has('error') ? <Alert type="error" showIcon title={t.ssoFailed} role="alert" /> : null}
      {fault === null ? null : <FaultNotice fault={fault} />}
      {step === 'PASSWORD' ? (
        <>
          <Form<Values>
            key="password"
            layout="vertical"
            requiredMark={false}
            onFinish={(values) =>
              attempt(async () => {
                const body = { email: neededText(values, 'email'), password: values.password }
                await postLogin('sign-in/password', body)
                setStep('CODE')
              })
            }
          >
            <Fields
              fields={[
                { name: 'email', label: t.email, kind: 'text', autoComplete: 'username' },
                { name: 'password', label: t.password, kind: 'secret', autoComplete: 'current-password' },
              ]}
            />
            <Button type="primary" block htmlType="submit" loading={busy}>
              {t.next}
            </Button>
          </Form>
          <Divider plain>{t.or}</Divider>
          {passkeysKnown() ? (
            <Button block disabled={busy} onClick={() => attempt(() => signInByPasskey().then(enter))}>
              {t.passkey}
            </Button>
          ) : null}
          {singleSignOn === null ? null : (
            <Button
              block
              disabled={busy}
              onClick={() =>
                attempt(async () => {
                  const { url } = await postLogin('sign-in/single-sign-on')
                  location.assign(String(url))
                })
              }
            >
              {fill(t.singleSignOn, { name: singleSignOn })}
            </Button>
          )}
          <Link to="/set-up">{t.newHere}</Link>
        </>
      ) : (
        <Form<Values>
          key="code"
          layout="vertical"
          requiredMark={false}
          onFinish={(values) =>
            attempt(async () => {
              await postLogin('sign-in/second-factor', { code: neededText(values, 'code') })
              await enter()
            })
          }
        >
          <Fields
            fields={[
              {
                name: 'code',
                label: t.code,
                kind: 'text',
                help: t.codeHelp,
                autoComplete: 'one-time-code',
                focus: true,
              },
            ]}
          />
          <Button type="primary" block htmlType="submit" loading={busy}>
            {t.signIn}
          </Button>
          <Button type="link" block onClick={() => setStep('PASSWORD')}>
            {t.again}
          </Button>
        </Form>
      )}
    </Alone>
  )
}
