import { type Page, page } from '../page.ts'
import { departmentKindTerms } from '../terms.ts'

export const departmentsPage: Page = async (request) => {
  const { t } = request
  const { departments } = await request.ask('Departments', {})
  const nameOf = new Map(departments.map(({ code, name }) => [code, name]))
  const title = t('部门与数据目录', 'Departments and what they provide')
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>
        {t(
          '谁认定、谁提供、谁更正：每条信息由其来源部门负责。',
          'Who determined a record provides and corrects it.',
        )}
      </p>
      {departments.map((department) => (
        <section key={department.code} className="card" id={department.code} aria-label={department.name}>
          <h2>{department.name}</h2>
          <p>
            {t(...(departmentKindTerms[department.kind] ?? ([department.kind, department.kind] as const)))} ·{' '}
            {department.divisionName}
            {department.successor !== null &&
              t(
                `；职责由${nameOf.get(department.successor) ?? department.successor}承继`,
                `; succeeded by ${nameOf.get(department.successor) ?? department.successor}`,
              )}
          </p>
          {department.datasets.length === 0 && (
            <p className="source">{t('没有向公众提供的数据。', 'Provides nothing to the public.')}</p>
          )}
          {department.datasets.map((dataset) => (
            <details key={dataset.code}>
              <summary>{t(dataset.name, dataset.nameEn)}</summary>
              <p>
                {dataset.coverage} · {dataset.updateCycle}
              </p>
              <h3>{t('依据', 'Legal basis')}</h3>
              <ul>
                {dataset.legalBasis.map((basis) => (
                  <li key={basis}>{basis}</li>
                ))}
              </ul>
              <h3>{t('公开的栏目', 'Public columns')}</h3>
              <p>{dataset.fields.map((field) => t(field.label, field.labelEn)).join(t('、', ', '))}</p>
            </details>
          ))}
        </section>
      ))}
    </>,
  )
}
