import type { Dictionary } from './language.tsx'

export const pendingTexts = {
  note: [
    '双人复核：提出人之外的本部门复核人同意后，该事项立即生效一次。',
    'Four eyes: once another person of the department approves, it happens, once.',
  ],
  filters: ['筛选', 'Filters'],
  filter: ['范围', 'Which'],
  waiting: ['待复核', 'Waiting'],
  over: ['已了结', 'Over'],
  operation: ['事项', 'Act'],
  state: ['状态', 'State'],
  proposedBy: ['提出人', 'Proposed by'],
  proposedAt: ['提出时间', 'Proposed'],
  expiresAt: ['失效时间', 'Expires'],
  noteOf: ['说明', 'Note'],
  decidedBy: ['复核人', 'Decided by'],
  decidedAt: ['复核时间', 'Decided'],
  reason: ['复核意见', 'Reason'],
  about: ['对象', 'About'],
  subject: ['主体', 'Subject'],
  uscc: ['统一社会信用代码', 'Credit code'],
  list: ['名单', 'List'],
  grade: ['失信等级', 'Grade'],
  grounds: ['事实和理由', 'Grounds'],
  content: ['将要办理的内容', 'What would happen'],
  erased: ['内容已不再保存', 'The content is no longer kept'],
  approve: ['同意', 'Approve'],
  approveText: ['同意后立即以本部门名义生效。', 'It takes effect at once in the name of the department.'],
  reject: ['不同意', 'Reject'],
  withdraw: ['撤回', 'Withdraw'],
  optionalReason: ['复核意见', 'Reason'],
  none: ['没有待复核的事项', 'Nothing waits'],
  onlyOthers: ['由本部门其他人复核', 'Another person of the department decides'],
  openCase: ['打开案件', 'Open the case'],
} satisfies Dictionary

export const operationWords: Dictionary = {
  CHANGE_LISTING: ['变更名单成员', 'Change of a listing'],
  DECIDE_REMEDY: ['异议、修复决定', 'Decision on a case'],
  CONFIRM_LIFTED: ['确认解除惩戒', 'Lifting confirmed'],
  WITHDRAW_RECORD: ['撤销记录', 'Withdrawal of a record'],
  SUPERSEDE_RECORD: ['取代记录', 'Replacement of a record'],
  CORRECT_RECORD: ['更正记录', 'Correction of a record'],
  JUDGE_IDENTITY: ['身份认定', 'Identity decision'],
  WITHDRAW_JUDGEMENT: ['撤回身份认定', 'Identity decision withdrawn'],
}

export const actStateWords: Dictionary = {
  PENDING: ['待复核', 'Waiting'],
  APPROVED: ['已同意', 'Approved'],
  REJECTED: ['未同意', 'Rejected'],
  WITHDRAWN: ['已撤回', 'Withdrawn'],
  EXPIRED: ['已失效', 'Expired'],
}
