import { Button, Form } from 'antd'
import { useNavigate } from 'react-router'
import { act } from '../../api/ask.ts'
import { useAsk } from '../../api/use-ask.ts'
import { useAttempt } from '../../api/use-attempt.ts'
import { choicesOf } from '../../parts/common-fields.ts'
import { Fields, neededText, textOf, type Values } from '../../parts/fields.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { FaultNotice, Ready } from '../../parts/states.tsx'
import { departmentTexts } from '../../texts/departments.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import { departmentRoleWords } from '../../texts/words.ts'
import { IssueCodeDocument, RegisterDocument, RegistrationDocument } from './department-operations.ts'
import { handOver } from './issued-code.ts'

const roles = ['PROVIDER', 'ENQUIRER', 'CREDIT_OFFICE'] as const
const none = {}

/** One form: the department is registered and its code issued in one go. */
export default function Register() {
  const t = useTexts(departmentTexts)
  const roleWord = useWords(departmentRoleWords)
  const navigate = useNavigate()
  const { busy, fault, attempt } = useAttempt()
  const asked = useAsk(RegistrationDocument, none)

  async function register(values: Values) {
    const code = neededText(values, 'code')
    await act(RegisterDocument, {
      input: {
        code,
        name: neededText(values, 'name'),
        kind: neededText(values, 'kind'),
        division: neededText(values, 'division'),
        roles: Array.isArray(values.roles) ? values.roles : [],
        uscc: textOf(values, 'uscc'),
      },
    })
    const { issueEnrolmentCode } = await act(IssueCodeDocument, { input: { code } })
    handOver({ department: code, ...issueEnrolmentCode })
    navigate(`/departments/${code}`)
  }
  return (
    <>
      <PageHead title={t.register} note={t.registerNote} />
      <Ready asked={asked}>
        {({ divisions, managedDepartments, measures }) => (
          <Form<Values>
            layout="vertical"
            className="card narrow"
            onFinish={(values) => attempt(() => register(values))}
          >
            <Fields
              fields={[
                { name: 'name', label: t.name, kind: 'text', most: 100, focus: true },
                {
                  name: 'code',
                  label: t.code,
                  kind: 'text',
                  help: t.codeHelp,
                  pattern: /^[A-Z][A-Z0-9_]{1,31}$/,
                },
                {
                  name: 'kind',
                  label: t.kind,
                  kind: 'text',
                  help: t.kindHelp,
                  suggestions: kindsOf(managedDepartments, measures),
                },
                {
                  name: 'division',
                  label: t.division,
                  kind: 'choice',
                  initial: divisions.length === 1 ? (divisions[0]?.code ?? '') : '',
                  choices: divisions.map(({ code, name }) => ({ value: code, label: `${name}（${code}）` })),
                },
                {
                  name: 'roles',
                  label: t.roles,
                  kind: 'choices',
                  initial: ['PROVIDER', 'ENQUIRER'],
                  choices: choicesOf(roles, roleWord),
                },
                { name: 'uscc', label: t.uscc, kind: 'text', optional: true },
              ]}
            />
            {fault === null ? null : <FaultNotice fault={fault} />}
            <Button type="primary" htmlType="submit" loading={busy}>
              {t.registerNow}
            </Button>
          </Form>
        )}
      </Ready>
    </>
  )
}

const kindsOf = (
  departments: readonly { kind: string }[],
  measures: readonly { departmentKinds: readonly string[] }[],
): string[] =>
  [
    ...new Set([
      ...departments.map(({ kind }) => kind),
      ...measures.flatMap(({ departmentKinds }) => departmentKinds),
    ]),
  ].toSorted()
