import type { RemedyKind } from '../answers.ts'
import { type PageAnswer, type PageRequest, page } from '../page.ts'
import { Table } from '../parts.tsx'

type Said = readonly [zh: string, en: string]

const kindTitles: Readonly<Record<RemedyKind, Said>> = {
  OBJECTION: ['异议申诉', 'Objection'],
  REPAIR: ['信用修复', 'Repair'],
}

/** What a guide says: lead, who may, what is needed, what follows; Chinese, then English. */
const guides: Readonly<
  Record<RemedyKind, { lead: Said; parts: readonly { head: Said; items: readonly Said[] }[] }>
> = {
  OBJECTION: {
    lead: [
      '认为公示的信息有错误、遗漏，或者不应当公示的，可以提出异议。异议收到后，该信息依法立即标注“异议处理中”；标注只说明有人提出异议，不说明信息有误，也未核验申请人身份。受理单位核验申请人与主体没有关系的，不予受理并去除标注。',
      'Whoever holds a published record to be wrong, incomplete or not to be published may object. From its receipt on the record is marked as disputed, as the law has it: that somebody objects, not that it is wrong; who applies was not examined yet. Where the department finds no relation to the organisation, it refuses the case and the mark goes.',
    ],
    parts: [
      {
        head: ['谁来办理', 'Who deals with it'],
        items: [
          [
            '信用主管部门受理；属于来源部门的信息，转来源部门核实。',
            'The credit authority takes it in; what its source must check is sent to the source department.',
          ],
          [
            '核实有误的，予以更正或者撤销；无误的，书面说明理由。',
            'What proves wrong is corrected or withdrawn; what proves right is answered with reasons.',
          ],
          [
            '检验、鉴定、专家评审的时间不计入期限（河南省社会信用条例第四十一条）。',
            'Time of inspection, appraisal and expert review is not counted (Henan regulation, article 41).',
          ],
        ],
      },
      {
        head: ['需要什么', 'What is needed'],
        items: [
          [
            '指明是哪一条信息：在主体页面该信息下方选择“提出异议”。',
            'The record that is meant: choose “Object to this” below it on the page of the organisation.',
          ],
          [
            '联系人、联系方式和理由。请勿填写身份证件号码。',
            'Whom to ask for, how to reach them, and the grounds. Please give no identity numbers.',
          ],
          [
            '本站暂不接收附件，也请勿在理由中粘贴证件号码；证明材料凭案件编号向来源部门或者信用主管部门窗口提交。',
            'This site takes no attachments: documents are handed in at the counter of the source department or the credit authority, with the code of the case.',
          ],
        ],
      },
    ],
  },
  REPAIR: {
    lead: [
      '失信行为已经纠正、义务已经履行的，可以申请信用修复。谁认定、谁修复。修复后停止公示、停止共享使用，并同步解除失信惩戒措施。',
      'Whoever has put things right and performed the duties may ask for repair, which is decided by whoever determined the record. Then publication and sharing end, and the measures are lifted with them.',
    ],
    parts: [
      {
        head: ['条件', 'Conditions'],
        items: [
          [
            '最短公示期已满（一般失信 3 个月，严重失信 1 年；轻微失信履行义务后即可）。',
            'The shortest period of publication is over (3 months; 1 year for serious dishonesty; none for minor breaches).',
          ],
          [
            '失信行为已经纠正，处罚、异常名录、严重失信名单所定义务已经全部履行。',
            'The conduct was put right, and all duties of the decision or listing were performed.',
          ],
          ['公开作出信用承诺，对材料真实性负责。', 'A public pledge that the material is true.'],
          [
            '法律、法规和党中央、国务院政策文件规定不得修复的，不予修复（国家发展改革委令2025年第36号）。',
            'What law or national policy excludes from repair is not repaired (NDRC order 36 of 2025).',
          ],
        ],
      },
      {
        head: ['需要什么', 'What is needed'],
        items: [
          [
            '指明是哪一条信息：在主体页面该信息下方选择“申请修复”。',
            'The record that is meant: choose “Apply for repair” below it on the page of the organisation.',
          ],
          [
            '联系人、联系方式、已经纠正和履行的情况，以及信用承诺。',
            'Whom to ask for, how to reach them, what was put right and performed, and the pledge.',
          ],
          [
            '本站暂不接收附件：履行义务的证明凭案件编号向认定单位窗口提交。',
            'This site takes no attachments: proof of performance is handed in at the counter of the determining department, with the code of the case.',
          ],
        ],
      },
    ],
  },
}
async function guidePage(request: PageRequest, kind: RemedyKind): Promise<PageAnswer> {
  const { t, link } = request
  const { remedyClocks } = await request.ask('RemedyClocks', {})
  const clocks = remedyClocks.find((of) => of.kind === kind)?.clocks ?? []
  const guide = guides[kind]
  const title = t(...kindTitles[kind])
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>{t(...guide.lead)}</p>
      <form className="filters" action={link('/search')} method="get">
        <label>
          {t('第一步：查找本单位', 'First: find the organisation')}
          <input
            name="q"
            type="search"
            required
            minLength={2}
            maxLength={100}
            placeholder={t('名称或统一社会信用代码', 'Name or unified social credit code')}
          />
        </label>
        <button type="submit">{t('查找', 'Find')}</button>
      </form>
      {guide.parts.map(({ head, items }) => (
        <section key={head[1]}>
          <h2>{t(...head)}</h2>
          <ul>
            {items.map((item) => (
              <li key={item[1]}>{t(...item)}</li>
            ))}
          </ul>
        </section>
      ))}
      <section>
        <h2>{t('办理期限', 'Time limits')}</h2>
        <Table
          caption={t(`截至 ${request.day} 有效的规则`, `Rules in force on ${request.day}`)}
          rows={clocks}
          columns={[
            { head: t('环节', 'Step'), cell: ({ name }) => name },
            {
              head: t('期限', 'Limit'),
              cell: ({ days, unit }) =>
                unit === 'WORKING_DAY'
                  ? t(`${days} 个工作日`, `${days} working days`)
                  : t(`${days} 日`, `${days} days`),
            },
            { head: t('依据', 'Basis'), cell: ({ legalBasis }) => legalBasis.join('；') },
          ]}
        />
      </section>
      <p>
        {t('已经申请的，凭案件编号', 'Have you applied already? ')}
        <a href={link('/progress')}>{t('查询办理进度', 'Follow the case by its code')}</a>
      </p>
    </>,
  )
}

export const objectionPage = (request: PageRequest) => guidePage(request, 'OBJECTION')
export const repairPage = (request: PageRequest) => guidePage(request, 'REPAIR')
