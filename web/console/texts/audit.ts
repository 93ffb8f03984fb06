import type { Dictionary } from './language.tsx'

export const auditTexts = {
  note: [
    '谁在何时、为何查询或办理了什么，以及日志没有被改动的证明。',
    'Who asked or did what, when and why, and the proof that the log was not changed since.',
  ],
  views: ['审计视图', 'Views'],
  entries: ['查询与报送日志', 'Exchanges'],
  acts: ['经办人员的办理', 'Acts of officers'],
  administration: ['管理操作', 'Administration'],
  signIns: ['登录记录', 'Sign-ins'],

  filters: ['筛选', 'Filters'],
  department: ['部门', 'Department'],
  officer: ['经办人员', 'Officer'],
  operation: ['操作（开头）', 'Operation (its beginning)'],
  outcome: ['结果', 'Outcome'],
  succeeded: ['成功', 'Succeeded'],
  refused: ['被拒绝', 'Refused'],
  from: ['自', 'From'],
  to: ['至', 'To'],
  subject: ['关于哪个主体（号码）', 'About which subject (number)'],
  subjectNote: [
    '号码不进入网址；您以此查询也会记入日志。',
    'The number stays out of the address; that you looked for it is logged as well.',
  ],
  export: ['导出 CSV', 'Export as CSV'],
  exported: ['已导出 {rows} 行', '{rows} rows exported'],
  exportedPart: [
    '已导出前 {rows} 行，还有更多；请缩小筛选范围',
    'The first {rows} rows are exported; there are more: narrow the question',
  ],

  at: ['时间', 'When'],
  who: ['谁', 'Who'],
  system: ['部门系统', 'System of the department'],
  operationShort: ['操作', 'Operation'],
  purpose: ['用途', 'Purpose'],
  subjects: ['主体数', 'Subjects'],
  proof: ['存证', 'Proof'],
  logIndex: ['日志序号', 'Log index'],
  kid: ['密钥', 'Key'],
  jti: ['请求编号', 'Request'],
  status: ['HTTP 状态', 'HTTP status'],
  none: ['没有符合条件的记录', 'Nothing answers to this'],
  entryTitle: ['日志第 {logIndex} 条', 'Log entry {logIndex}'],
  onlyThisDepartment: ['只看此部门', 'This department alone'],
  onlyThisOfficer: ['只看此人员', 'This officer alone'],
  proofTitle: ['存证证明', 'Proof'],
  verified: [
    '已核验：本条由签名的日志树头证明，未被改动',
    'Verified: the signed head of the log proves this entry, unchanged',
  ],
  notVerified: [
    '核验失败：本条与签名的日志不符，请立即报告',
    'It fails: the entry is not what was signed. Report it at once',
  ],
  noProof: ['尚未有检查点覆盖本条，十余秒后再看', 'No checkpoint covers it yet: look again in some seconds'],
  moved: ['列表已有新记录，请关闭后重新打开', 'The list has moved on: close it and open it again'],
  treeSize: ['日志树大小', 'Size of the tree'],
  checkpoint: ['签名检查点', 'Signed checkpoint'],
  leaf: ['叶子内容', 'Leaf'],
  path: ['包含证明（RFC 9162）', 'Inclusion proof (RFC 9162)'],

  act: ['办理', 'Act'],
  secondPerson: ['复核', 'As the second person'],
  actor: ['操作人', 'By'],
  action: ['操作', 'What'],
  target: ['对象', 'Of what'],
  facts: ['详情', 'Details'],
  address: ['网络地址', 'Address'],
} satisfies Dictionary

export const proofWords: Dictionary = {
  WAITING: ['待签名', 'Waiting'],
  SIGNED: ['已签名', 'Signed'],
  WITNESSED: ['已见证', 'Witnessed'],
}
