import { App, Button, Form } from 'antd'
import { useAttempt } from '../../api/use-attempt.ts'
import { Fields, type Values } from '../../parts/fields.tsx'
import { useNewPassword } from '../../parts/new-password.ts'
import { FaultNotice } from '../../parts/states.tsx'
import { postLogin } from '../../session/sign-in.ts'
import { useTexts } from '../../texts/language.tsx'
import { securityTexts } from '../../texts/security.ts'

export function PasswordCard() {
  const t = useTexts(securityTexts)
  const { message } = App.useApp()
  const { busy, fault, attempt } = useAttempt()
  const newPassword = useNewPassword('newPassword')
  const [form] = Form.useForm<Values>()

  async function change({ currentPassword, newPassword }: Values) {
    await postLogin('password', { currentPassword, newPassword })
    form.resetFields()
    void message.success(t.changed)
  }

  return (
    <section className="card">
      <h2>{t.password}</h2>
      <p className="note">{t.passwordText}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(values) => attempt(() => change(values))}
      >
        <Fields
          fields={[
            { name: 'currentPassword', label: t.current, kind: 'secret', autoComplete: 'current-password' },
            ...newPassword,
          ]}
        />
        {fault === null ? null : <FaultNotice fault={fault} />}
        <Button htmlType="submit" type="primary" loading={busy}>
          {t.changePassword}
        </Button>
      </Form>
    </section>
  )
}
