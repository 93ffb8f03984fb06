import { useState } from 'react'
import { act } from '../../api/ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import { useTexts } from '../../texts/language.tsx'
import { lookUpTexts } from '../../texts/look-up.ts'
import { CertificateDocument, type Issued, type Question, ReportDocument } from './look-up-operations.ts'

/** Certificate and report for the subject just looked up, on the same purpose. */
export function IssueDocuments({ question }: { question: Question }) {
  const t = useTexts(lookUpTexts)
  const [issued, setIssued] = useState<Issued | null>(null)
  const { identifier, purpose, matter, asOf, name } = question

  async function certify(certificateId: string) {
    const input = { certificateId, identifier, purpose, matter, asOf, name }
    const { issueSearchCertificate } = await act(CertificateDocument, { input })
    setIssued(issueSearchCertificate.document)
  }
  async function report(reportId: string, edition: 'PUBLIC' | 'DEPARTMENT') {
    const { issueCreditReport } = await act(ReportDocument, {
      input: { reportId, identifier, purpose, edition },
    })
    setIssued(issueCreditReport.document)
  }
  return (
    <>
      <div className="acts spaced">
        <ActButton
          label={t.certificate}
          title={t.certificate}
          text={`${t.purpose}：${purpose}`}
          primary
          onAct={(_values, id) => certify(id)}
          done={t.issued}
        />
        <ActButton
          label={t.report}
          title={t.report}
          text={`${t.purpose}：${purpose}`}
          fields={[
            {
              name: 'edition',
              label: t.edition,
              kind: 'choice',
              initial: 'PUBLIC',
              choices: [
                { value: 'PUBLIC', label: t.editionPublic },
                { value: 'DEPARTMENT', label: t.editionDepartment },
              ],
            },
          ]}
          onAct={(values, id) => report(id, values.edition === 'DEPARTMENT' ? 'DEPARTMENT' : 'PUBLIC')}
          done={t.issued}
        />
      </div>
      {issued === null ? null : <IssuedFile issued={issued} />}
    </>
  )
}

function IssuedFile({ issued }: { issued: Issued }) {
  const t = useTexts(lookUpTexts)
  function download() {
    const bytes = Uint8Array.from(atob(issued.pdf), (character) => character.charCodeAt(0))
    const address = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }))
    const link = document.createElement('a')
    link.href = address
    link.download = `${issued.serial}.pdf`
    link.click()
    URL.revokeObjectURL(address)
  }
  return (
    <div className="issued" role="status">
      <p>
        <strong>{t.issued}</strong> · {t.serial} <code>{issued.serial}</code>{' '}
        <button type="button" className="row-opener" onClick={download}>
          {t.download}
        </button>
      </p>
      <p className="note">{t.verifyAt}</p>
      <CopyText label={t.verifyAt} text={issued.verifyAt} />
      <p className="note">{t.digest}</p>
      <CopyText label={t.digest} text={issued.pdfSha256} />
    </div>
  )
}
