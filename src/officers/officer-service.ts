import type pg from 'pg'
import type { Clock } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import { type OfficerRole, officerRoles, type RolesFault, rolesFault } from './officer.ts'
import { noteOfficerEvent } from './officer-event-store.ts'
import {
  actorOf,
  administer,
  demand,
  demandAnother,
  demandReason,
  idOf,
  keepAdministratorsFromConsole,
  type OfficerManager,
} from './officer-manager.ts'
import {
  type Assignment,
  divisionExists,
  insertOfficer,
  lockOfficer,
  type OfficerRecord,
  officerById,
  officersInOrder,
  openDepartment,
  otherAdministrators,
  setAssignment,
  setOfficerStatus,
} from './officer-store.ts'
import { lastConfirmer } from './recovery-store.ts'
import { endSession, endSessions, type SessionRow, sessionsOf } from './session-store.ts'
import { issueSetUpCode, type SetUpCode } from './set-up-service.ts'
import { isEmail, normaliseEmail } from './sign-in.ts'
import { endChallenges, endSetUpCodes } from './sign-in-store.ts'
import { beginWork } from './work-service.ts'

export type NewAssignment = { roles: readonly string[]; department: string; division: string | null }
export type NewOfficer = NewAssignment & { name: string; email: string }

/**
 * What administrators do with officers. Each act, its trace (`administration_event`) and the end of sessions that it
 * brings are one transaction, so it is in force everywhere with the next request. Refusals are `AdministrationRefusal`.
 */
export type OfficerService = {
  list(by: OfficerManager): Promise<OfficerRecord[]>
  find(by: OfficerManager, id: string): Promise<OfficerRecord>
  /** The set-up code is told once; it goes to the officer in person. */
  create(by: OfficerManager, input: NewOfficer): Promise<{ officer: OfficerRecord; setUp: SetUpCode }>
  /** Of an officer who has not set up a log-in; the code before it counts no more. */
  renewSetUpCode(by: OfficerManager, id: string): Promise<SetUpCode>
  assign(by: OfficerManager, id: string, input: NewAssignment): Promise<OfficerRecord>
  disable(by: OfficerManager, id: string, reason: string): Promise<OfficerRecord>
  enable(by: OfficerManager, id: string, reason: string): Promise<OfficerRecord>
  sessions(by: OfficerManager, id: string): Promise<SessionRow[]>
  revokeSession(by: OfficerManager, id: string, sessionId: string): Promise<void>
}

export function createOfficerService(parts: {
  pool: pg.Pool
  clock: Clock
  random: (bytes: number) => Buffer
}): OfficerService {
  const { pool, clock, random } = parts

  /** Runs an act on an officer who exists, and records who did what. */
  async function act<T>(
    by: OfficerManager,
    action: string,
    id: string,
    work: (
      client: Queryable,
      officer: OfficerRecord,
    ) => Promise<{ result: T; facts: Record<string, unknown> }>,
  ): Promise<T> {
    return administer(pool, by, 'officer.manage', async (client) => {
      const officer = await lockOfficer(client, id)
      if (!officer) throw noOfficer(id)
      const { result, facts } = await work(client, officer)
      return { result, trace: { action, target: id, facts } }
    })
  }

  return {
    async list(by) {
      demand(by, 'officer.read')
      return officersInOrder(pool, limits.officersShown)
    },

    async find(by, id) {
      demand(by, 'officer.read')
      return existing(await officerById(pool, id), id)
    },

    async create(by, input) {
      demand(by, 'officer.manage')
      const name = input.name.trim()
      const email = normaliseEmail(input.email)
      if (name === '' || name.length > limits.officerNameCharacters)
        throw invalid(`姓名须为 1 至 ${limits.officerNameCharacters} 个字符 (expected a name)`)
      if (!isEmail(email)) throw invalid('邮箱格式不正确 (expected an e-mail)')
      return administer(pool, by, 'officer.manage', async (client) => {
        const assignment = await checkedAssignment(client, input)
        keepAdministratorsFromConsole(by, assignment.roles, 'add')
        const id = random(16).toString('base64url')
        if (!(await insertOfficer(client, { id, name, email, ...assignment, by: idOf(by) })))
          throw new AdministrationRefusal('ALREADY_EXISTS', '该邮箱已有人使用 (somebody has this e-mail)')
        const setUp = await issueSetUpCode(client, { officerId: id, by: idOf(by) }, clock.now(), random)
        const { department, division } = input
        return {
          result: { officer: existing(await officerById(client, id), id), setUp },
          trace: {
            action: 'OFFICER_CREATED',
            target: id,
            facts: { name, email, roles: assignment.roles, department, division },
          },
        }
      })
    },

    renewSetUpCode: (by, id) =>
      act(by, 'OFFICER_SET_UP_CODE_RENEWED', id, async (client, officer) => {
        keepAdministratorsFromConsole(by, officer.roles, 'code')
        // Whoever has a log-in gets a new one only by two administrators.
        if (officer.status !== 'INVITED') throw wrongState(officer)
        // And after the two agreed the code stays with the second: alone, nobody else may have it.
        const confirmer = await lastConfirmer(client, id)
        if (by.kind === 'OFFICER' && confirmer !== null && confirmer !== by.officer.id)
          throw new AdministrationRefusal(
            'NOT_ALLOWED',
            '该人员正在恢复登录，设置码只能由确认恢复的管理员重发 (after a recovery only who confirmed it may renew the code)',
          )
        const setUp = await issueSetUpCode(client, { officerId: id, by: idOf(by) }, clock.now(), random)
        return { result: setUp, facts: { expiresAt: setUp.expiresAt.toISOString() } }
      }),

    assign: (by, id, input) =>
      act(by, 'OFFICER_ASSIGNED', id, async (client, officer) => {
        demandAnother(by, id)
        const assignment = await checkedAssignment(client, input)
        keepAdministratorsFromConsole(by, [...officer.roles, ...assignment.roles], 'assign')
        if (!assignment.roles.includes('CITY_ADMINISTRATOR')) await keepAnAdministrator(client, officer)
        await setAssignment(client, id, { ...assignment, by: idOf(by) })
        await beginWork(client, id)
        const { roles, department, division } = officer
        const from = { roles, department: department.code, division }
        const to = { roles: assignment.roles, department: input.department, division: input.division }
        return { result: existing(await officerById(client, id), id), facts: { from, to } }
      }),

    disable: (by, id, reason) =>
      act(by, 'OFFICER_DISABLED', id, async (client, officer) => {
        demandAnother(by, id)
        demandReason(reason)
        keepAdministratorsFromConsole(by, officer.roles, 'disable')
        if (officer.status === 'DISABLED') throw wrongState(officer)
        await keepAnAdministrator(client, officer)
        await setOfficerStatus(client, id, 'DISABLED')
        const sessionsEnded = await endSessions(client, id)
        await endChallenges(client, id)
        await endSetUpCodes(client, id)
        return { result: existing(await officerById(client, id), id), facts: { reason, sessionsEnded } }
      }),

    enable: (by, id, reason) =>
      act(by, 'OFFICER_ENABLED', id, async (client, officer) => {
        demandReason(reason)
        keepAdministratorsFromConsole(by, officer.roles, 'enable')
        if (officer.status !== 'DISABLED') throw wrongState(officer)
        const hasLogIn = officer.hasPassword || officer.passkeys > 0 || officer.hasSingleSignOn
        await setOfficerStatus(client, id, hasLogIn ? 'ACTIVE' : 'INVITED')
        await beginWork(client, id)
        return { result: existing(await officerById(client, id), id), facts: { reason } }
      }),

    async sessions(by, id) {
      if (idOf(by) !== id) demand(by, 'officer.read')
      const now = clock.now()
      return sessionsOf(pool, id, now, new Date(now.getTime() - limits.officerIdle))
    },

    revokeSession: (by, id, sessionId) =>
      act(by, 'OFFICER_SESSION_REVOKED', id, async (client) => {
        if (!(await endSession(client, id, sessionId)))
          throw new AdministrationRefusal('SESSION_NOT_FOUND', '没有该会话 (there is no such session)')
        await noteOfficerEvent(
          client,
          { kind: 'SESSION_REVOKED', facts: { by: actorOf(by) } },
          { officerId: id, sessionId },
        )
        return { result: undefined, facts: { sessionId } }
      }),
  }
}

async function checkedAssignment(client: Queryable, input: NewAssignment): Promise<Assignment> {
  const roles = [...new Set(input.roles.map(knownRole))]
  const fault = rolesFault(roles)
  if (fault !== null) throw invalid(rolesFaults[fault])
  const departmentId = await openDepartment(client, input.department)
  if (departmentId === null)
    throw new AdministrationRefusal(
      'DEPARTMENT_NOT_FOUND',
      `没有部门 ${input.department}，或已关闭 (no such department, or closed)`,
    )
  if (input.division !== null && !(await divisionExists(client, input.division)))
    throw new AdministrationRefusal(
      'DIVISION_NOT_FOUND',
      `没有行政区划 ${input.division} (no division ${input.division})`,
    )
  return { roles, departmentId, division: input.division }
}

function knownRole(given: string): OfficerRole {
  const role = officerRoles.find((each) => each === given)
  if (!role) throw invalid(`角色须为 ${officerRoles.join('、')} (unknown role ${given})`)
  return role
}

const rolesFaults: Record<RolesFault, string> = {
  NONE: '至少须有一个角色 (at least one role)',
  AUDITOR_NOT_ALONE: '审计员不得兼任其他角色 (an auditor has no other role)',
  ADMINISTRATOR_DECIDES:
    '市级管理员不得兼任经办人或复核人 (a city administrator is neither officer nor reviewer)',
}

async function keepAnAdministrator(client: Queryable, officer: OfficerRecord): Promise<void> {
  const counts = officer.status === 'ACTIVE' && officer.roles.includes('CITY_ADMINISTRATOR')
  if (counts && (await otherAdministrators(client, officer.id)) === 0)
    throw new AdministrationRefusal(
      'LAST_ADMINISTRATOR',
      '这是最后一名市级管理员 (this is the last city administrator)',
    )
}

const existing = (officer: OfficerRecord | null, id: string): OfficerRecord => {
  if (!officer) throw noOfficer(id)
  return officer
}

const noOfficer = (id: string) =>
  new AdministrationRefusal('OFFICER_NOT_FOUND', `没有人员 ${id} (there is no such officer)`)
const invalid = (message: string) => new AdministrationRefusal('INPUT_INVALID', message)
const wrongState = (officer: OfficerRecord) =>
  new AdministrationRefusal('WRONG_STATE', `人员状态为 ${officer.status} (the officer is ${officer.status})`)
