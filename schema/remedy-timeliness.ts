import { limits } from '../src/limits.ts'
import { mayOpen } from '../src/remedies/remedy-policy.ts'
import type { RemedyTimelinessRow } from '../src/remedies/remedy-timeliness-service.ts'
import { builder, department, onDepartment } from './builder.ts'

const RemedyTimeliness = builder.objectRef<RemedyTimelinessRow>('RemedyTimeliness').implement({
  ...onDepartment,
  description: 'How timely a department took one step: due = onTime + late + openOverdue.',
  fields: (t) => ({
    departmentCode: t.exposeString('departmentCode'),
    departmentName: t.exposeString('departmentName'),
    rule: t.exposeString('rule'),
    ruleName: t.exposeString('ruleName'),
    due: t.exposeInt('due'),
    onTime: t.exposeInt('onTime'),
    late: t.exposeInt('late'),
    openOverdue: t.exposeInt('openOverdue'),
  }),
})

builder.queryField('remedyTimeliness', (t) =>
  t.field({
    subGraphs: department,
    type: [RemedyTimeliness],
    // Counts by department are for every department that provides or asks.
    authScopes: (_root, _args, { caller }) => mayOpen(caller.department),
    description: `How timely departments took the steps of cases that were due from one day to another: at most ${limits.timelinessDays} days, from ${limits.timelinessFromYear} on.`,
    args: { from: t.arg({ type: 'Day', required: true }), to: t.arg({ type: 'Day', required: true }) },
    resolve: (_root, { from, to }, { remedyTimeliness }) => remedyTimeliness.timeliness({ from, to }),
  }),
)
