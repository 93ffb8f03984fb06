import { Alert, Button, Divider, Form } from 'antd'
import { useEffect, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { isObject } from '../../api/fault.ts'
import { useLoaded } from '../../api/use-ask.ts'
import { useAttempt } from '../../api/use-attempt.ts'
import { Fields, neededText, type Values } from '../../parts/fields.tsx'
import { FaultNotice } from '../../parts/states.tsx'
import { nextPlace, passkeysKnown, postLogin, readLogin, signInByPasskey } from '../../session/sign-in.ts'
import { fill, useTexts } from '../../texts/language.tsx'
import { signInTexts } from '../../texts/sign-in.ts'
import { Alone } from './alone.tsx'

const readSession = () => readLogin('session')

/** Password and one-time code, a passkey, or the city's single sign-on where it is configured. */
export default function SignIn() {
  const t = useTexts(signInTexts)
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const [step, setStep] = useState<'PASSWORD' | 'CODE'>('PASSWORD')
  const { busy, fault, attempt } = useAttempt()
  const session = useLoaded(readSession)
  const singleSignOn = isObject(session.data?.singleSignOn) ? String(session.data.singleSignOn.name) : null
  const shown = fault ?? session.fault

  useEffect(() => {
    if (session.data?.officer) navigate(nextPlace(search), { replace: true })
  }, [session.data, navigate, search])

  const enter = () => navigate(nextPlace(search), { replace: true })

  async function secondFactor(code: string) {
    const failure = await attempt(() => postLogin('sign-in/second-factor', { code }).then(enter))
    if (failure?.code === 'CHALLENGE_OVER') setStep('PASSWORD')
  }

  return (
    <Alone title={t.title}>
      {search.has('error') ? <Alert type="error" showIcon title={t.ssoFailed} role="alert" /> : null}
      {shown === null ? null : <FaultNotice fault={shown} />}
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
          onFinish={(values) => secondFactor(neededText(values, 'code'))}
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
