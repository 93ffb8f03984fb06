import type { Dictionary } from './language.tsx'

/** Words for the codes of closed sets, one dictionary a set. */

export const taskPhaseWords: Dictionary = {
  DELIVERED: ['已发起', 'Delivered'],
  ACKNOWLEDGED: ['已响应', 'Acknowledged'],
  IMPLEMENTED: ['已实施', 'Implemented'],
  NOT_APPLICABLE: ['不适用', 'Not applicable'],
  LIFTING: ['待解除', 'To be lifted'],
  LIFTED: ['已解除', 'Lifted'],
}

export const taskEventWords: Dictionary = {
  ...taskPhaseWords,
  REOPENED: ['重新发起', 'Reopened'],
  RELEASED: ['不再需要', 'Released'],
  ESCALATED: ['超期督办', 'Overdue noted'],
}

export const casePhaseWords: Dictionary = {
  RECEIVED: ['已收件', 'Received'],
  ACCEPTED: ['已受理', 'Accepted'],
  VERIFYING: ['提供单位核实中', 'With the provider'],
  ANSWERED: ['提供单位已答复', 'Answered by the provider'],
  REFUSED: ['不予受理', 'Refused'],
  UPHELD: ['异议成立', 'Upheld'],
  REJECTED: ['异议不成立', 'Rejected'],
  GRANTED: ['准予修复', 'Granted'],
  DENIED: ['不予修复', 'Denied'],
  WITHDRAWN: ['申请人撤回', 'Withdrawn'],
}

export const caseEventWords: Dictionary = {
  ...casePhaseWords,
  SENT_TO_PROVIDER: ['转提供单位核实', 'Sent to the provider'],
  INSPECTION_BEGAN: ['检验鉴定开始', 'Inspection began'],
  INSPECTION_ENDED: ['检验鉴定结束', 'Inspection ended'],
  ESCALATED: ['超期督办', 'Overdue noted'],
}

export const listingPhaseWords: Dictionary = {
  NOTICED: ['已告知', 'Noticed'],
  OBJECTED: ['已陈述申辩', 'Objected to'],
  DECIDED: ['已决定列入', 'Decided'],
  DROPPED: ['不予列入', 'Dropped'],
  LISTED: ['在列', 'Listed'],
  ENDED: ['已结束', 'Ended'],
}

export const listingEventWords: Dictionary = {
  NOTICED: ['事前告知', 'Prior notice'],
  OBJECTED: ['陈述申辩', 'Objection to the notice'],
  DECIDED: ['列入决定', 'Decision to list'],
  DROPPED: ['不予列入', 'Not listed'],
  LISTED: ['列入', 'Listed'],
  PUBLISHED: ['公布', 'Published'],
  DISPUTED: ['异议标注', 'Marked as disputed'],
  DISPUTE_SETTLED: ['取消异议标注', 'No longer disputed'],
  CORRECTED: ['更正', 'Corrected'],
  SUSPENDED: ['暂停', 'Suspended'],
  RESUMED: ['恢复', 'Resumed'],
  EXPIRED: ['期满', 'Expired'],
  REMOVED: ['移出', 'Removed'],
  REPAIRED: ['信用修复', 'Repaired'],
  WITHDRAWN: ['撤销', 'Withdrawn'],
  SUPERSEDED: ['被取代', 'Superseded'],
  WRONGFUL: ['错误列入', 'Wrongful'],
}

export const batchStatusWords: Dictionary = {
  RECEIVED: ['已接收', 'Received'],
  CHECKING: ['检查中', 'Checking'],
  SUSPICIOUS: ['待确认', 'Waits for confirmation'],
  STORING: ['入库中', 'Storing'],
  ANNOTATING: ['生成批注', 'Annotating'],
  DONE: ['已完成', 'Done'],
  REFUSED: ['未接收', 'Refused'],
  CANCELLED: ['已取消', 'Cancelled'],
  FAILED: ['处理失败', 'Failed'],
}

export const matterWords: Dictionary = {
  APPOINTMENT: ['任职资格', 'Appointment'],
  CONSUMPTION: ['高消费及有关消费', 'Consumption'],
  FINANCE: ['金融业务、融资授信', 'Finance'],
  FRANCHISE: ['特许经营', 'Franchise'],
  GOVERNMENT_PROCUREMENT: ['政府采购', 'Government procurement'],
  HONOURS: ['表彰奖励、荣誉称号', 'Honours'],
  LAND: ['国有土地出让', 'Land'],
  LICENCE: ['行政许可、资质资格', 'Licence'],
  PUBLICITY: ['公示', 'Publicity'],
  SUBSIDY: ['财政资金、政策扶持', 'Subsidy'],
  SUPERVISION: ['日常监管、检查', 'Supervision'],
  TENDERING: ['招标投标', 'Tendering'],
}

export const outcomeWords: Dictionary = {
  LISTED: ['在列', 'Listed'],
  CLEAR: ['未在列', 'Clear'],
  AMBIGUOUS: ['须人工判断', 'Ambiguous'],
  UNKNOWN: ['没有记录', 'Unknown'],
  INVALID: ['问题有误', 'Invalid'],
}

export const identityStateWords: Dictionary = {
  OPEN: ['待判断', 'Open'],
  SAME: ['同一', 'Same'],
  DIFFERENT: ['不同', 'Different'],
  UNSURE: ['存疑', 'Unsure'],
}

export const groundWords: Dictionary = {
  NUMBER_REPLACED: ['号码已更换（登记机关文书）', 'Number replaced (document of the registrar)'],
  NUMBER_MISTYPED: ['号码录入有误（校验不符）', 'Number mistyped (check character wrong)'],
  LEGACY_NUMBER: ['旧号码', 'Legacy number'],
  OTHER_CERTIFICATE: ['另一证件', 'Another certificate'],
}

export const departmentStatusWords: Dictionary = {
  REGISTERED: ['已登记，待接入', 'Registered, not connected'],
  ACTIVE: ['正常', 'Active'],
  SUSPENDED: ['已暂停', 'Suspended'],
  CLOSED: ['已并入其他部门', 'Closed (merged)'],
}

export const departmentRoleWords: Dictionary = {
  PROVIDER: ['数据提供', 'Provider'],
  ENQUIRER: ['查询使用', 'Enquirer'],
  CREDIT_OFFICE: ['信用主管部门', 'Credit office'],
}

export const keyStatusWords: Dictionary = {
  PENDING: ['待批准', 'Waiting for approval'],
  ACTIVE: ['有效', 'Active'],
  REVOKED: ['已吊销', 'Revoked'],
  REFUSED: ['未批准', 'Refused'],
}

export const answerWords: Dictionary = {
  CONFIRMED: ['原记录无误', 'The record is right'],
  TO_CORRECT: ['须更正', 'To be corrected'],
  TO_WITHDRAW: ['须撤销', 'To be withdrawn'],
}

export const remedyOutcomeWords: Dictionary = {
  CORRECT: ['更正', 'Correct'],
  REMOVE: ['移出并致歉', 'Remove, with an apology'],
  PLATFORM: ['平台自身事项', 'A fault of the platform'],
}

export const inspectionWords: Dictionary = {
  INSPECTION: ['检验检测', 'Inspection'],
  APPRAISAL: ['鉴定', 'Appraisal'],
  EXPERT_REVIEW: ['专家评审', 'Expert review'],
}

export const recordStatusWords: Dictionary = {
  ACTIVE: ['有效', 'Active'],
  WITHDRAWN: ['已撤销', 'Withdrawn'],
  SUPERSEDED: ['已被取代', 'Superseded'],
  REPAIRED: ['已修复', 'Repaired'],
}

export const suspicionWords: Dictionary = {
  REPORTED: ['由部门提出', 'Reported by a department'],
  SAME_NAME_DOUBTFUL_CODE: ['名称相同，一方代码校验不符', 'Same name, and the code of one fails its check'],
  SAME_OTHER_NUMBER: ['另一号码相同', 'Another number is the same'],
  LEGACY_NUMBER: ['新旧号码对应', 'Old and new form of one number'],
}

export const identityEventWords: Dictionary = {
  PROPOSED: ['提出', 'Proposed'],
  JUDGED: ['已判断', 'Judged'],
  WITHDRAWN: ['撤回判断', 'Judgement withdrawn'],
}

/** Names of what is proposed to a second person, and of what histories tell. */
export const factWords: Dictionary = {
  listingId: ['名单记录编号', 'Listing'],
  event: ['办理', 'Act'],
  on: ['生效日期', 'Takes effect on'],
  documentNo: ['文号', 'Document no.'],
  decisionNo: ['决定书文号', 'Decision no.'],
  reason: ['理由', 'Reason'],
  reasons: ['理由', 'Reasons'],
  apology: ['致歉内容', 'Apology'],
  code: ['案件编号', 'Case'],
  decision: ['决定', 'Decision'],
  outcome: ['处理方式', 'Outcome'],
  corrected: ['行为已经纠正', 'Conduct corrected'],
  dutiesPerformed: ['义务已经履行', 'Duties performed'],
  taskId: ['任务编号', 'Task'],
  liftedOn: ['解除日期', 'Lifted on'],
  dataset: ['数据集', 'Dataset'],
  decidedOn: ['决定日期', 'Decided on'],
  effect: ['实施情况', 'Effect'],
  actedOn: ['实施日期', 'Acted on'],
  amountFen: ['金额（分）', 'Amount (fen)'],
  matter: ['业务事项', 'Matter'],
  overOn: ['不再在列之日', 'Over on'],
  step: ['步骤', 'Step'],
  dueOn: ['截止', 'Due'],
  rule: ['时限', 'Clock'],
  answer: ['核实结果', 'Finding'],
  inspection: ['检验鉴定', 'Inspection'],
  recordVersion: ['记录版本', 'Record version'],
  'pledge.text': ['信用承诺', 'Pledge'],
  'pledge.signedOn': ['承诺日期', 'Pledged on'],
  grade: ['失信等级', 'Grade'],
  noticedOn: ['告知日期', 'Noticed on'],
  listedOn: ['列入日期', 'Listed on'],
  endsOn: ['期满日期', 'Ends on'],
  verdict: ['判断', 'Verdict'],
  ground: ['认定依据', 'Ground'],
  suspicion: ['疑似原因', 'Suspicion'],
  name: ['名称', 'Name'],
  uscc: ['统一社会信用代码', 'Credit code'],
  recordStatus: ['记录状态', 'Record status'],
  listingPhase: ['名单阶段', 'Phase of the listing'],
  listingEvents: ['名单已办理次数', 'Acts on the listing so far'],
  casePhase: ['案件阶段', 'Phase of the case'],
  caseEvents: ['案件已办理次数', 'Acts on the case so far'],
  phase: ['任务阶段', 'Phase of the task'],
  events: ['已办理次数', 'Acts so far'],
  'subjects.0.name': ['名称（一）', 'Name (one)'],
  'subjects.0.uscc': ['代码（一）', 'Code (one)'],
  'subjects.1.name': ['名称（二）', 'Name (other)'],
  'subjects.1.uscc': ['代码（二）', 'Code (other)'],
  'successor.recordVersion': ['后一记录版本', 'Version of the later record'],
  'successor.recordStatus': ['后一记录状态', 'Status of the later record'],
}

/** Words for the values of those that are codes. */
export const factValueWords: Readonly<Record<string, Dictionary>> = {
  event: listingEventWords,
  decision: casePhaseWords,
  outcome: remedyOutcomeWords,
  answer: answerWords,
  inspection: inspectionWords,
  matter: matterWords,
  verdict: identityStateWords,
  ground: groundWords,
  suspicion: suspicionWords,
  phase: taskPhaseWords,
  casePhase: casePhaseWords,
  listingPhase: listingPhaseWords,
  recordStatus: recordStatusWords,
  'successor.recordStatus': recordStatusWords,
}
