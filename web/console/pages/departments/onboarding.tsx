import { Alert, Button, Steps } from 'antd'
import { useState } from 'react'
import { act } from '../../api/ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import { Moment } from '../../parts/facts.tsx'
import { useMay } from '../../session/viewer.tsx'
import { departmentTexts } from '../../texts/departments.ts'
import { useTexts } from '../../texts/language.tsx'
import { IssueCodeDocument, type Managed } from './department-operations.ts'
import { forget, handOver, takeOver } from './issued-code.ts'
import { KeyActs } from './keys.tsx'

type Progress = 'CODE' | 'KEY' | 'APPROVAL' | 'QUERY' | 'CONNECTED'

/** How far a department is on its way to the first signed query. */
export function progressOf({ keys, enrolmentCodes, health }: Managed): Progress {
  if (keys.some(({ status }) => status === 'ACTIVE')) return health.lastAt ? 'CONNECTED' : 'QUERY'
  if (keys.some(({ status }) => status === 'PENDING')) return 'APPROVAL'
  const open = enrolmentCodes.some(
    ({ usedAt, expiresAt }) => usedAt === null && new Date(expiresAt) > new Date(),
  )
  return open ? 'KEY' : 'CODE'
}

const order: readonly Progress[] = ['CODE', 'KEY', 'APPROVAL', 'QUERY', 'CONNECTED']

/** What comes next until the department is connected, and nothing else to find. */
export function Onboarding({ department, onChange }: { department: Managed; onChange(): void }) {
  const t = useTexts(departmentTexts)
  const may = useMay()
  const [issued, setIssued] = useState(() => takeOver(department.code))
  const progress = progressOf(department)
  const words: Record<Progress, string> = {
    CODE: t.waitingCode,
    KEY: t.waitingKey,
    APPROVAL: t.waitingApproval,
    QUERY: t.waitingQuery,
    CONNECTED: t.connected,
  }
  const pending = department.keys.find(({ status }) => status === 'PENDING')

  async function issue() {
    const { issueEnrolmentCode } = await act(IssueCodeDocument, { input: { code: department.code } })
    const { code, expiresAt } = issueEnrolmentCode
    handOver({ department: department.code, code, expiresAt })
    setIssued({ department: department.code, code, expiresAt })
  }
  return (
    <section className="card">
      <h2>{t.onboarding}</h2>
      <Steps
        size="small"
        current={order.indexOf(progress) + 1}
        responsive
        items={[t.stepRegistered, t.stepCode, t.stepKey, t.stepApproved, t.stepQuery].map((title) => ({
          title,
        }))}
      />
      <p role="status">{words[progress]}</p>
      {issued && progress !== 'CONNECTED' && progress !== 'QUERY' ? (
        <Alert
          type="success"
          title={t.codeOnce}
          description={
            <>
              <div className="secret-code">
                <CopyText label={t.codeOnce} text={issued.code} />
              </div>
              <p>
                {t.codeExpires} <Moment at={issued.expiresAt} />
              </p>
              <Button
                size="small"
                onClick={() => {
                  forget()
                  setIssued(null)
                }}
              >
                {t.hideCode}
              </Button>
            </>
          }
        />
      ) : null}
      {pending ? (
        <div className="tall">
          <p>
            {t.kid} <code>{pending.kid}</code>
          </p>
          <KeyActs department={department.code} entry={pending} onChange={onChange} />
        </div>
      ) : null}
      {(progress === 'CODE' || (progress === 'KEY' && issued === null)) && may('department.enrol') ? (
        <ActButton
          label={progress === 'CODE' ? t.issueCode : t.issueCodeAgain}
          title={`${t.issueCode}：${department.name}`}
          text={t.issueCodeText}
          primary={progress === 'CODE'}
          onAct={issue}
          onDone={onChange}
        />
      ) : null}
    </section>
  )
}
