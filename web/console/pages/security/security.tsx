import { Facts } from '../../parts/facts.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { useViewer } from '../../session/viewer.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { securityTexts } from '../../texts/security.ts'
import { pageTexts, roleWords } from '../../texts/shell.ts'
import { PasskeysCard } from './passkeys.tsx'
import { PasswordCard } from './password.tsx'
import { SessionsCard } from './sessions.tsx'

/** What an officer signs in with, and where she is signed in. */
export default function Security() {
  const t = useTexts(securityTexts)
  const titles = useTexts(pageTexts)
  const role = useWords(roleWords)
  const viewer = useViewer()
  return (
    <>
      <PageHead title={titles.security} note={t.note} />
      <section className="card">
        <h2>{t.account}</h2>
        <Facts
          facts={[
            [t.name, viewer.name],
            [t.email, viewer.email],
            [t.department, viewer.department.name],
            [t.division, viewer.division ?? t.wholeDepartment],
            [t.roles, viewer.roles.map(role).join('、')],
          ]}
        />
      </section>
      <SessionsCard />
      <PasskeysCard />
      <div className="cards">
        <PasswordCard />
        <section className="card">
          <h2>{t.secondFactor}</h2>
          <p>{t.secondFactorText}</p>
          <p className="note">{t.lost}</p>
        </section>
      </div>
    </>
  )
}
