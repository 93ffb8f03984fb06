import { Alert, Button } from 'antd'
import { useAsk } from '../../api/use-ask.ts'
import { useAddress } from '../../parts/address.ts'
import { CopyText } from '../../parts/copy-text.tsx'
import { Facts, Moment } from '../../parts/facts.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { Ready } from '../../parts/states.tsx'
import { auditTexts } from '../../texts/audit.ts'
import { fill, useTexts } from '../../texts/language.tsx'
import { type Entry, type Filter, type OpenEntry, type Proof, ProofDocument } from './audit-operations.ts'

/** One exchange with the proof that it stands in the log, made when it is looked at. */
export function EntryPanel(props: {
  open: OpenEntry | null
  filter: Filter
  nameOf(department: string): string
  onClose(): void
}) {
  const t = useTexts(auditTexts)
  const { open, onClose } = props
  return (
    <SidePanel
      title={fill(t.entryTitle, { logIndex: open?.entry.logIndex ?? '' })}
      open={open !== null}
      onClose={onClose}
    >
      {open === null ? null : (
        <div className="tall">
          <EntryFacts entry={open.entry} nameOf={props.nameOf} />
          <OnlyThese entry={open.entry} onClose={onClose} />
          <section>
            <h3>{t.proofTitle}</h3>
            <EntryProof open={open} filter={props.filter} />
          </section>
        </div>
      )}
    </SidePanel>
  )
}

function EntryFacts({ entry, nameOf }: { entry: Entry; nameOf(department: string): string }) {
  const t = useTexts(auditTexts)
  return (
    <Facts
      facts={[
        [t.at, <Moment key="at" at={entry.at} />],
        [t.department, `${nameOf(entry.department)}（${entry.department}）`],
        [t.who, entry.officer?.name ?? t.system],
        [t.operationShort, entry.operation],
        [t.purpose, entry.purpose],
        [t.subjects, entry.subjects],
        [t.outcome, entry.outcome],
        [t.status, entry.status],
        [t.kid, <code key="kid">{entry.kid}</code>],
        [t.jti, <code key="jti">{entry.jti}</code>],
      ]}
    />
  )
}

/** The views of one department and of one officer. */
function OnlyThese({ entry, onClose }: { entry: Entry; onClose(): void }) {
  const t = useTexts(auditTexts)
  const { set } = useAddress()
  const { department, officer } = entry
  function show(changes: Record<string, string>) {
    set(changes)
    onClose()
  }
  return (
    <div className="acts">
      <Button onClick={() => show({ department })}>{t.onlyThisDepartment}</Button>
      {officer === null ? null : (
        <Button onClick={() => show({ officer: officer.id })}>{t.onlyThisOfficer}</Button>
      )}
    </div>
  )
}

function EntryProof({ open: { entry, after }, filter }: { open: OpenEntry; filter: Filter }) {
  const t = useTexts(auditTexts)
  const asked = useAsk(ProofDocument, { filter, after })
  return (
    <Ready asked={asked}>
      {({ auditEntries: { edges } }) => {
        const node = edges[0]?.node
        if (node?.logIndex !== entry.logIndex) return <Alert type="info" showIcon title={t.moved} />
        if (node.proof === null) return <Alert type="info" showIcon title={t.noProof} />
        return <ProofView proof={node.proof} />
      }}
    </Ready>
  )
}

function ProofView({ proof }: { proof: Proof }) {
  const t = useTexts(auditTexts)
  return (
    <div className="tall">
      <Alert
        type={proof.verified ? 'success' : 'error'}
        showIcon
        title={proof.verified ? t.verified : t.notVerified}
      />
      <Facts facts={[[t.treeSize, proof.treeSize]]} />
      <h4>{t.checkpoint}</h4>
      <CopyText block label={t.checkpoint} text={proof.checkpoint} />
      <h4>{t.leaf}</h4>
      <CopyText block label={t.leaf} text={proof.leaf} />
      <h4>{t.path}</h4>
      <CopyText block label={t.path} text={proof.inclusionProof.join('\n')} />
    </div>
  )
}
