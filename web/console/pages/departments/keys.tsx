import { Tag } from 'antd'
import { act } from '../../api/ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { useCommonFields } from '../../parts/common-fields.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { neededText } from '../../parts/fields.tsx'
import { useMay } from '../../session/viewer.tsx'
import { departmentTexts } from '../../texts/departments.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import { keyStatusWords } from '../../texts/words.ts'
import { ApproveDocument, type Managed, RefuseDocument, RevokeDocument } from './department-operations.ts'

type Key = Managed['keys'][number]

/** Public keys of a department, and what an administrator does with them. */
export function Keys({ department, onChange }: { department: Managed; onChange(): void }) {
  const t = useTexts(departmentTexts)
  const statusWord = useWords(keyStatusWords)
  return (
    <section className="card">
      <h2>{t.keys}</h2>
      <p className="note">{t.rotateText}</p>
      <DataTable
        caption={t.keys}
        rows={department.keys}
        rowKey={({ kid }) => kid}
        columns={[
          { key: 'kid', title: t.kid, render: ({ kid }) => <code>{kid}</code> },
          { key: 'alg', title: t.algorithm, render: ({ algorithm }) => algorithm },
          {
            key: 'status',
            title: t.status,
            render: ({ status }) => (
              <Tag color={status === 'ACTIVE' ? 'green' : status === 'PENDING' ? 'orange' : 'default'}>
                {statusWord(status)}
              </Tag>
            ),
          },
          { key: 'from', title: t.validFrom, render: ({ notBefore }) => <Moment at={notBefore} /> },
          {
            key: 'to',
            title: t.validUntil,
            render: ({ notAfter, revokedAt }) => <Moment at={revokedAt ?? notAfter} />,
          },
          {
            key: 'acts',
            title: t.acts,
            render: (entry) => <KeyActs department={department.code} entry={entry} onChange={onChange} />,
          },
        ]}
      />
    </section>
  )
}

export function KeyActs({
  department,
  entry,
  onChange,
}: {
  department: string
  entry: Key
  onChange(): void
}) {
  const t = useTexts(departmentTexts)
  const may = useMay()
  const { reasons } = useCommonFields()
  const { kid, status } = entry
  const key = (
    <p>
      {t.kid} <code>{kid}</code>
    </p>
  )
  return (
    <div className="acts">
      {status === 'PENDING' && may('department.enrol') ? (
        <>
          <ActButton
            label={t.approve}
            title={`${t.approve}：${department}`}
            text={
              <>
                {key}
                {t.approveText}
              </>
            }
            primary
            small
            onAct={() => act(ApproveDocument, { input: { code: department, kid } })}
            onDone={onChange}
          />
          <ActButton
            label={t.refuse}
            title={`${t.refuse}：${department}`}
            text={key}
            danger
            small
            onAct={() => act(RefuseDocument, { input: { code: department, kid } })}
            onDone={onChange}
          />
        </>
      ) : null}
      {status === 'ACTIVE' && may('department.suspend') ? (
        <ActButton
          label={t.revoke}
          title={`${t.revoke}：${department}`}
          text={
            <>
              {key}
              <p className="bad">{t.revokeText}</p>
            </>
          }
          danger
          small
          fields={[reasons]}
          onAct={(values) =>
            act(RevokeDocument, { input: { code: department, kid, reason: neededText(values, 'reasons') } })
          }
          onDone={onChange}
        />
      ) : null}
    </div>
  )
}
