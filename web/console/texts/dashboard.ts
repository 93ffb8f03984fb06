import type { Dictionary } from './language.tsx'

export const dashboardTexts = {
  welcome: ['{name}，您好', 'Welcome, {name}'],
  period: ['期间', 'Period'],
  days: ['最近 {days} 天', 'Last {days} days'],
  reload: ['刷新', 'Refresh'],

  toDo: ['待办', 'To do'],
  nothingToDo: ['没有待办事项', 'Nothing waits for you'],

  timeliness: ['归集及时性', 'Timeliness of records'],
  timelinessNote: ['应在时限内报送的记录：按时、逾期', 'Records for which a clock ran: in time or late'],
  onTime: ['按时', 'In time'],
  late: ['逾期', 'Late'],
  timelyShare: ['{share}%（{onTime}/{received}）', '{share}% ({onTime}/{received})'],
  noTimeliness: ['期间内没有受时限约束的记录', 'No clock ran in this time'],

  cases: ['异议与修复办理', 'Objections and repairs'],
  casesNote: ['各步骤是否在时限内办结', 'Whether each step was taken in time'],
  openOverdue: ['逾期未办', 'Overdue, not done'],
  noCases: ['期间内没有到期的步骤', 'No step was due in this time'],

  measures: ['联合惩戒', 'Joint measures'],
  measuresNote: [
    '按月：发起、已实施、不适用、已解除',
    'By month: initiated, implemented, not applicable, lifted',
  ],
  initiated: ['发起', 'Initiated'],
  implemented: ['已实施', 'Implemented'],
  notApplicable: ['不适用', 'Not applicable'],
  lifted: ['已解除', 'Lifted'],
  overdueSteps: ['超期步骤', 'Overdue steps'],
  noMeasures: ['期间内没有联合惩戒任务', 'No measures in this time'],
} satisfies Dictionary
