import type { Dictionary } from './language.tsx'

export const datasetTexts = {
  note: [
    '各部门报送什么、依据什么、给谁看。',
    'What each department provides, on what basis, and who sees it.',
  ],
  list: ['数据集列表', 'Datasets'],
  none: ['还没有数据集', 'No datasets yet'],
  byExample: ['按样表登记数据集', 'New dataset by example'],
  code: ['代码', 'Code'],
  name: ['名称', 'Name'],
  department: ['部门', 'Department'],
  status: ['状态', 'State'],
  version: ['版本', 'Version'],
  listType: ['名单', 'List'],
  back: ['返回数据集列表', 'Back to the datasets'],
  unknown: ['没有这个数据集', 'There is no such dataset'],

  publishDraft: ['发布草案', 'Publish the draft'],
  publishDraftTitle: ['发布 {code}？', 'Publish {code}?'],
  publishDraftText: ['发布后部门即可报送。', 'The department can submit from then on.'],
  retire: ['停用', 'Retire'],
  retireTitle: ['停用 {code}？', 'Retire {code}?'],
  retireText: ['停用后不再接收报送，已有记录不变。', 'It takes no more records; those it holds stay.'],
  newVersion: ['按新样表更新', 'Update by a new example'],

  attributes: ['目录属性', 'Catalogue entry'],
  nature: ['信息性质', 'Nature'],
  sharing: ['共享属性', 'Sharing'],
  coverage: ['覆盖范围', 'Coverage'],
  updateCycle: ['更新周期', 'Update cycle'],
  format: ['数据格式', 'Format'],
  legalBasis: ['法律依据', 'Legal basis'],
  sourceKey: ['来源编号', 'Source key'],
  fields: ['字段', 'Fields'],
  label: ['中文名', 'Label'],
  type: ['类型', 'Type'],
  required: ['必填', 'Required'],
  sometimes: ['视其他字段', 'By other fields'],
  disclosure: ['公开属性', 'Disclosure'],

  history: ['版本历史', 'Versions'],
  first: ['首版', 'The first'],
  edition: ['第 {version} 版', 'Version {version}'],
  added: ['新增字段', 'Fields added'],
  removed: ['删除字段', 'Fields removed'],
  changed: ['变更字段', 'Fields changed'],
  parts: ['变更属性', 'Attributes changed'],
  unchanged: ['内容未变', 'Nothing changed'],
} satisfies Dictionary

export const byExampleTexts = {
  title: ['按样表登记数据集', 'New dataset by example'],
  note: [
    '拖入部门自己的表格：系统认出各列，您改正、预览，然后发布。发布之前不保存任何内容。',
    'Drop the department’s own table: the columns are recognised; you correct, look, and publish. Nothing is kept before.',
  ],
  drop: [
    '把样表拖到这里（CSV、XLSX、NDJSON、XML，不超过 4 MB）',
    'Drop a sample here (CSV, XLSX, NDJSON, XML; at most 4 MB)',
  ],
  tooLarge: ['样表不超过 4 MB，取前面几百行即可', 'A sample has at most 4 MB: some hundred rows will do'],
  another: ['换一个样表：{name}', 'Another sample instead of {name}'],
  facts: ['1. 目录属性', '1. Catalogue entry'],
  columns: ['2. 各列对应', '2. Columns'],
  preview: ['3. 预览', '3. Preview'],
  publishStep: ['4. 发布', '4. Publish'],

  department: ['提供部门', 'Department'],
  name: ['数据名称', 'Name'],
  code: ['代码', 'Code'],
  codeHelp: ['大写字母、数字和下划线', 'Capitals, digits and underscores'],
  coverage: ['覆盖范围', 'Coverage'],
  wholeCity: ['全市', 'The whole city'],
  legalBasis: ['法律依据（每行一项）', 'Legal basis (one a line)'],
  sharing: ['共享属性', 'Sharing'],
  listType: ['形成名单', 'Feeds the list'],
  updateCycle: ['更新周期', 'Update cycle'],
  nature: ['信息性质', 'Nature'],
  more: ['更多属性', 'More'],
  byItself: ['不填则按数据类型自动确定', 'Left empty, it follows from the kind of data'],

  recognised: ['识别为{family}', 'Recognised as {family}'],
  heading: ['表头', 'Heading'],
  take: ['入库', 'Take'],
  field: ['字段', 'Field'],
  how: ['判断依据', 'Told by'],
  takeColumn: ['{heading}：入库', '{heading}: take'],
  fieldOf: ['{heading} 对应的字段', 'Field of {heading}'],
  labelOf: ['{field} 的中文名', 'Label of {field}'],
  disclosureOf: ['{field} 的公开属性', 'Disclosure of {field}'],
  sealed: ['号码加密保存，只能授权查询', 'Numbers are sealed: on authorisation alone'],
  addedFields: ['系统补充的字段', 'Fields that were added'],

  missing: ['发布前还缺', 'Still missing'],
  faults: ['目录规则不允许', 'The rules of the catalogue refuse'],
  problems: ['请留意', 'To look at'],
  noPreview: ['还缺必要的列，暂时无法预览', 'Columns are missing without which no row can be read'],
  read: ['读到', 'Read'],
  stored: ['入库', 'Stored'],
  held: ['待判断', 'Held'],
  refused: ['退回', 'Refused'],
  rowProblems: ['各类问题', 'Problems'],
  rows: ['行数', 'Rows'],
  firstRows: ['前 {count} 行', 'The first {count} rows'],
  row: ['行', 'Row'],
  outcome: ['结果', 'Outcome'],
  problem: ['问题', 'Problem'],

  publish: ['发布', 'Publish'],
  propose: ['提交草案', 'Submit the draft'],
  proposeText: ['草案提交后由市级管理员发布。', 'A city administrator publishes it.'],
  publishText: ['发布后该部门即可报送。', 'The department can submit from then on.'],
  published: ['已发布第 {version} 版', 'Version {version} is published'],
  proposed: ['草案已提交', 'The draft is submitted'],
  advice: ['建议补充', 'It should have as well'],
  definition: ['完整定义（JSON）', 'The whole definition (JSON)'],
  open: ['查看数据集', 'Open the dataset'],
} satisfies Dictionary

export const datasetStatusWords: Dictionary = {
  DRAFT: ['草案', 'Draft'],
  ACTIVE: ['在用', 'In use'],
  RETIRED: ['停用', 'Retired'],
}

export const disclosureWords: Dictionary = {
  PUBLIC: ['公开公示', 'Public'],
  GOV_SHARED: ['政务共享', 'Shared by government'],
  AUTHORISED: ['授权查询', 'On authorisation'],
}

export const fieldTypeWords: Dictionary = {
  TEXT: ['文本', 'Text'],
  CODE: ['代码', 'Code'],
  DATE: ['日期', 'Day'],
  MONEY_WAN: ['金额（万元）', 'Money (10,000 yuan)'],
  MONEY_YUAN: ['金额（元）', 'Money (yuan)'],
  INTEGER: ['整数', 'Whole number'],
  IDENTIFIER: ['机构代码', 'Organisation number'],
  CERTIFICATE: ['证件号码', 'Certificate number'],
  SUBJECT_NUMBER: ['主体号码', 'Subject number'],
}

export const familyWords: Dictionary = {
  PENALTY: ['行政处罚', 'penalties'],
  LICENCE: ['行政许可', 'licences'],
  LIST: ['名单', 'a list'],
}

export const matchedByWords: Dictionary = {
  NAME: ['字段名', 'Its name'],
  LABEL: ['标准名称', 'Its standard label'],
  SYNONYM: ['常用叫法', 'A common wording'],
  VALUES: ['列中的值', 'Its values'],
  MAPPING: ['您的指定', 'You'],
  NONE: ['新字段', 'New'],
}

export const sampleOutcomeWords: Dictionary = {
  STORED: ['入库', 'Stored'],
  HELD: ['待判断', 'Held'],
  REFUSED: ['退回', 'Refused'],
}

export const missingWords: Dictionary = {
  NAME: ['数据名称', 'The name of the dataset'],
  NATURE: ['信息性质', 'The nature of the information'],
  COVERAGE: ['覆盖范围', 'What it covers'],
  UPDATE_CYCLE: ['更新周期', 'How often it is updated'],
  LEGAL_BASIS: ['法律依据', 'The legal basis'],
  SUBJECT_NAME: ['主体名称列', 'A column with the name of the subject'],
  SUBJECT_IDENTIFIER: ['统一社会信用代码或身份证号列', 'A column that identifies the subject'],
  SUBJECT_CATEGORY: ['区分自然人的列（相对人类别）', 'A column that tells natural persons apart'],
  SOURCE_KEY: ['区分各条记录的编号列（如决定书文号）', 'A column that tells the records apart'],
  LISTED_ON: ['列入日期列', 'A column with the day of listing'],
  REASON: ['列入事由列', 'A column with the grounds of listing'],
}

/** Parts of a definition, and of a field of it. */
export const partWords: Dictionary = {
  name: ['名称', 'name'],
  nameEn: ['英文名', 'English name'],
  format: ['数据格式', 'format'],
  subjectKinds: ['主体类别', 'kinds of subjects'],
  nature: ['信息性质', 'nature'],
  sharing: ['共享属性', 'sharing'],
  coverage: ['覆盖范围', 'coverage'],
  updateCycle: ['更新周期', 'update cycle'],
  legalBasis: ['法律依据', 'legal basis'],
  disclosureDecisionNo: ['公开决定文号', 'disclosure decision'],
  ignoredHeadings: ['不入库的列', 'columns left out'],
  sourceKey: ['来源编号', 'source key'],
  subject: ['主体', 'subject'],
  listing: ['列入规则', 'listing'],
  publication: ['公示规则', 'publication'],
  withdrawal: ['撤销规则', 'withdrawal'],
  clocks: ['时限', 'clocks'],
  suspicion: ['可疑判断', 'suspicion'],
  checks: ['校验', 'checks'],
  label: ['中文名', 'label'],
  labelEn: ['英文标签', 'English label'],
  unit: ['计量单位', 'unit'],
  value: ['类型', 'type'],
  required: ['必填', 'required'],
  disclosure: ['公开属性', 'disclosure'],
  synonyms: ['表头别名', 'headings'],
}
