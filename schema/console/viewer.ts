import type { Officer } from '../../src/officers/officer.ts'
import { officerRoles } from '../../src/officers/officer.ts'
import { allowedActions, needsSecondPerson } from '../../src/officers/officer-policy.ts'
import { builder, consoleOnly, onConsole } from '../builder.ts'
import { consoleSide } from './at-console.ts'

export const OfficerRoleType = builder.enumType('OfficerRole', {
  subGraphs: consoleOnly,
  description: '市级管理员, 经办人, 复核人, 审计员, 服务台.',
  values: officerRoles,
})

const OwnDepartment = builder.objectRef<Officer['department']>('ViewerDepartment').implement({
  ...onConsole,
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    kind: t.exposeString('kind'),
    status: t.exposeString('status'),
    roles: t.exposeStringList('roles', { description: 'PROVIDER, ENQUIRER, CREDIT_OFFICE.' }),
  }),
})

const Viewer = builder.objectRef<Officer>('Viewer').implement({
  ...onConsole,
  description: 'The officer who is signed in, and what she may do.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    email: t.exposeString('email'),
    roles: t.expose('roles', { type: [OfficerRoleType] }),
    department: t.expose('department', { type: OwnDepartment }),
    division: t.exposeString('division', {
      nullable: true,
      description: 'Six digits: sees only this county’s work lists; null: the whole department.',
    }),
    viewerCan: t.stringList({
      description: 'Console actions that her roles allow; what she may only propose is among them.',
      resolve: allowedActions,
    }),
    fourEyes: t.stringList({
      description: 'Of these, the actions that a second person decides: proposeAct, then decideAct.',
      resolve: (officer) => allowedActions(officer).filter(needsSecondPerson),
    }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    subGraphs: consoleOnly,
    type: Viewer,
    resolve: (_root, _args, context) => consoleSide(context).officer,
  }),
)
