import { type Page, page } from '../page.ts'
import { departmentKindTerms } from '../terms.ts'

export const measuresPage: Page = async (request) => {
  const { t } = request
  const { measures } = await request.ask('Measures', {})
  const kind = (code: string) => t(...(departmentKindTerms[code] ?? ([code, code] as const)))
  const title = t('联合惩戒与激励措施清单', 'Joint measures')
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>
        {t(
          '减损权益或者增加义务的措施，须有法律、法规或者党中央、国务院文件为依据；清单之外不得增设。',
          'A measure that reduces rights or adds duties needs a law, a regulation or a document of the central authorities; none may be added beside the catalogue.',
        )}
      </p>
      {measures.map((measure) => (
        <article key={measure.code} className="card">
          <h2>{measure.name}</h2>
          <p className="tags">
            {measure.reducesRights ? (
              <span className="tag tag-bad">
                {t('减损权益或者增加义务', 'Reduces rights or adds duties')}
              </span>
            ) : (
              <span className="tag">{t('管理、提示或者激励', 'Management, hint or incentive')}</span>
            )}
          </p>
          <p>{measure.content}</p>
          <dl className="facts">
            <div>
              <dt>{t('对象', 'Applies to')}</dt>
              <dd>{measure.target}</dd>
            </div>
            <div>
              <dt>{t('触发名单', 'Triggered by')}</dt>
              <dd>
                {measure.triggers
                  .map(
                    ({ listTypeName, grades }) =>
                      `${listTypeName}${grades === null ? '' : `（${grades.join('、')}）`}`,
                  )
                  .join(t('；', '; '))}
              </dd>
            </div>
            <div>
              <dt>{t('实施主体', 'Applied by')}</dt>
              <dd>
                {measure.departmentKinds.length === 0
                  ? t('各部门', 'All departments')
                  : measure.departmentKinds.map(kind).join(t('、', ', '))}
              </dd>
            </div>
            <div>
              <dt>{t('依据', 'Legal basis')}</dt>
              <dd>
                <ul>
                  {measure.legalBasis.map((basis) => (
                    <li key={basis}>{basis}</li>
                  ))}
                </ul>
              </dd>
            </div>
          </dl>
        </article>
      ))}
    </>,
  )
}
