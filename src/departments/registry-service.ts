import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Clock } from '../kernel/clock.ts'
import { legalDay } from '../kernel/clock.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import { administratorsLock, lastAdministrators } from './administrators.ts'
import { type DepartmentRole, departmentCodePattern, departmentRoles } from './department.ts'
import { enrolmentCodeDigest, newEnrolmentCode } from './enrolment-service.ts'

export type NewDepartment = {
  code: string
  name: string
  kind: string
  division: string
  roles: string[]
  uscc?: string
}

type Transaction = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>

/**
 * What administrators do with departments and their keys. Each act and its trace (`administration_event`) are one
 * transaction. Refusals are `AdministrationRefusal`.
 */
export function createRegistryService(parts: { prisma: PrismaClient; clock: Clock }) {
  const { prisma, clock } = parts

  /** Runs an act on a department that exists, and records who did what. */
  async function act<T>(
    actor: string,
    action: string,
    code: string,
    work: (
      tx: Transaction,
      department: { id: number; code: string; status: string },
    ) => Promise<{ result: T; facts: object }>,
  ): Promise<T> {
    return prisma.$transaction(async (tx) => {
      const department = await tx.department.findUnique({ where: { code } })
      if (!department)
        throw new AdministrationRefusal('DEPARTMENT_NOT_FOUND', `没有部门 ${code} (no department ${code})`)
      const { result, facts } = await work(tx, department)
      await tx.administrationEvent.create({ data: { actor, action, target: code, facts: { ...facts } } })
      return result
    })
  }

  async function keyOf(tx: Transaction, departmentId: number, kid: string, wanted: string[]) {
    const key = await tx.departmentKey.findFirst({ where: { kid, departmentId } })
    if (!key)
      throw new AdministrationRefusal(
        'KEY_NOT_FOUND',
        `该部门没有密钥 ${kid} (the department has no key ${kid})`,
      )
    if (!wanted.includes(key.status)) {
      throw new AdministrationRefusal(
        'WRONG_STATE',
        `密钥状态为 ${key.status} (the key is ${key.status}, expected ${wanted.join(' or ')})`,
      )
    }
    return key
  }

  async function setStatus(
    actor: string,
    action: string,
    code: string,
    from: string[],
    to: string,
    before: (tx: Transaction, departmentId: number) => Promise<void> = async () => {},
  ) {
    await act(actor, action, code, async (tx, department) => {
      if (!from.includes(department.status)) {
        throw new AdministrationRefusal(
          'WRONG_STATE',
          `部门状态为 ${department.status} (the department is ${department.status}, expected ${from.join(' or ')})`,
        )
      }
      await before(tx, department.id)
      await tx.department.update({ where: { id: department.id }, data: { status: to } })
      return { result: undefined, facts: { from: department.status, to } }
    })
  }

  return {
    /** Administrative divisions (行政区划) beyond those that come with the exchange; a known code takes the new name. */
    async addDivision(
      actor: string,
      division: { code: string; name: string; statistical: boolean },
    ): Promise<void> {
      if (!/^\d{6}$/.test(division.code)) {
        throw new AdministrationRefusal(
          'INPUT_INVALID',
          '行政区划代码为六位数字 (division: expected six digits)',
        )
      }
      await prisma.$transaction(async (tx) => {
        const { code, name, statistical } = division
        await tx.division.upsert({ where: { code }, create: division, update: { name, statistical } })
        await tx.administrationEvent.create({
          data: { actor, action: 'DIVISION_ADDED', target: code, facts: { name, statistical } },
        })
      })
    },

    async register(actor: string, input: NewDepartment): Promise<void> {
      const roles = checkedRoles(input)
      await prisma.$transaction(async (tx) => {
        if (await tx.department.findUnique({ where: { code: input.code } })) {
          throw new AdministrationRefusal(
            'ALREADY_EXISTS',
            `部门 ${input.code} 已登记 (department ${input.code} is registered)`,
          )
        }
        if (!(await tx.division.findUnique({ where: { code: input.division } }))) {
          throw new AdministrationRefusal(
            'DIVISION_NOT_FOUND',
            `没有行政区划 ${input.division} (no division ${input.division})`,
          )
        }
        await tx.department.create({
          data: {
            code: input.code,
            kind: input.kind,
            divisionCode: input.division,
            uscc: input.uscc ?? null,
            roles,
            status: 'REGISTERED',
            names: { create: { name: input.name, validFrom: new Date('1949-10-01') } },
          },
        })
        await tx.administrationEvent.create({
          data: { actor, action: 'DEPARTMENT_REGISTERED', target: input.code, facts: { ...input } },
        })
      })
    },

    /** The code is told once; only its digest is kept. */
    async issueEnrolmentCode(actor: string, department: string): Promise<{ code: string; expiresAt: Date }> {
      return act(actor, 'ENROLMENT_CODE_ISSUED', department, async (tx, { id, status }) => {
        if (status === 'CLOSED')
          throw new AdministrationRefusal('WRONG_STATE', '部门已关闭 (the department is closed)')
        const code = newEnrolmentCode()
        const expiresAt = new Date(clock.now().getTime() + limits.enrolmentCodeHours * 3_600_000)
        await tx.enrolmentCode.create({
          data: { codeSha256: enrolmentCodeDigest(code), departmentId: id, expiresAt },
        })
        return { result: { code, expiresAt }, facts: { expiresAt: expiresAt.toISOString() } }
      })
    },

    /** The key counts from now on; a department that only was registered becomes active with its first key. */
    async approveKey(actor: string, department: string, kid: string): Promise<void> {
      await act(actor, 'KEY_APPROVED', department, async (tx, { id, status }) => {
        await keyOf(tx, id, kid, ['PENDING'])
        await tx.departmentKey.update({ where: { kid }, data: { status: 'ACTIVE', notBefore: clock.now() } })
        if (status === 'REGISTERED') {
          await tx.department.update({ where: { id }, data: { status: 'ACTIVE' } })
          await tx.taskSweep.create({ data: { reason: `DEPARTMENT_ACTIVE ${department}` } })
        }
        return { result: undefined, facts: { kid } }
      })
    },

    async refuseKey(actor: string, department: string, kid: string): Promise<void> {
      await act(actor, 'KEY_REFUSED', department, async (tx, { id }) => {
        await keyOf(tx, id, kid, ['PENDING'])
        await tx.departmentKey.update({ where: { kid }, data: { status: 'REFUSED' } })
        return { result: undefined, facts: { kid } }
      })
    },

    async revokeKey(actor: string, department: string, kid: string, reason: string): Promise<void> {
      await act(actor, 'KEY_REVOKED', department, async (tx, { id }) => {
        await keyOf(tx, id, kid, ['PENDING', 'ACTIVE'])
        await tx.departmentKey.update({ where: { kid }, data: { status: 'REVOKED', revokedAt: clock.now() } })
        return { result: undefined, facts: { kid, reason } }
      })
    },

    suspend: (actor: string, department: string) =>
      setStatus(actor, 'DEPARTMENT_SUSPENDED', department, ['ACTIVE'], 'SUSPENDED', async (tx, id) => {
        await keepAnAdministrator(tx, id)
        // Resumed, it has no session from before, nor one that was about to begin.
        await tx.officerAccount.updateMany({
          where: { departmentId: id },
          data: { sessionEpoch: { increment: 1 } },
        })
        await tx.officerSession.deleteMany({ where: { officer: { departmentId: id } } })
        await tx.signInChallenge.deleteMany({ where: { officer: { departmentId: id } } })
      }),
    resume: (actor: string, department: string) =>
      setStatus(actor, 'DEPARTMENT_RESUMED', department, ['SUSPENDED'], 'ACTIVE'),

    /** From a day on the department bears another name; what was issued before keeps the old one. */
    async rename(actor: string, department: string, name: string, validFrom: string): Promise<void> {
      await act(actor, 'DEPARTMENT_RENAMED', department, async (tx, { id }) => {
        const day = new Date(validFrom)
        await tx.departmentName.upsert({
          where: { departmentId_validFrom: { departmentId: id, validFrom: day } },
          create: { departmentId: id, validFrom: day, name },
          update: { name },
        })
        return { result: undefined, facts: { name, validFrom } }
      })
    },

    /** Gives a department the right to read the AUTHORISED fields (授权查询) of a dataset. */
    async grant(actor: string, department: string, dataset: string, basis: string): Promise<void> {
      await act(actor, 'DATASET_GRANTED', department, async (tx, { id }) => {
        const found = await tx.dataset.findUnique({ where: { code: dataset } })
        if (!found)
          throw new AdministrationRefusal(
            'CATALOGUE_INVALID',
            `没有数据集 ${dataset} (no dataset ${dataset})`,
          )
        const pair = { departmentId: id, datasetId: found.id }
        await tx.datasetGrant.upsert({
          where: { departmentId_datasetId: pair },
          create: { ...pair, basis },
          update: { basis },
        })
        // Of lists that it may read from now on it gets its tasks.
        await tx.taskSweep.create({ data: { reason: `DATASET_GRANTED ${department} ${dataset}` } })
        return { result: undefined, facts: { dataset, basis } }
      })
    },

    async revokeGrant(actor: string, department: string, dataset: string): Promise<void> {
      await act(actor, 'DATASET_GRANT_REVOKED', department, async (tx, { id }) => {
        const { count } = await tx.datasetGrant.deleteMany({
          where: { departmentId: id, dataset: { code: dataset } },
        })
        if (count === 0) throw new AdministrationRefusal('WRONG_STATE', '没有该授权 (there is no such grant)')
        return { result: undefined, facts: { dataset } }
      })
    },

    async list() {
      const today = new Date(legalDay(clock.now()))
      const departments = await prisma.department.findMany({
        orderBy: { code: 'asc' },
        include: {
          keys: { orderBy: { requestedAt: 'asc' } },
          names: { where: { validFrom: { lte: today } }, orderBy: { validFrom: 'desc' }, take: 1 },
          datasets: { select: { code: true } },
          successor: { select: { code: true } },
        },
      })
      return departments.map((department) => ({
        code: department.code,
        name: department.names[0]?.name ?? department.code,
        kind: department.kind,
        status: department.status,
        /** Who bears its duties since it was merged. */
        successor: department.successor?.code ?? null,
        roles: department.roles,
        datasets: department.datasets.map((dataset) => dataset.code),
        keys: department.keys.map(({ kid, algorithm, status, notBefore, notAfter }) => ({
          kid,
          algorithm,
          status,
          notBefore,
          notAfter,
        })),
      }))
    },
  }
}

export type RegistryService = ReturnType<typeof createRegistryService>

/** Nobody could undo it at the console, if the last administrators went with their department. */
async function keepAnAdministrator(tx: Transaction, departmentId: number): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${administratorsLock}, 0))`
  const active = { status: 'ACTIVE', roles: { has: 'CITY_ADMINISTRATOR' } }
  const here = await tx.officerAccount.count({ where: { ...active, departmentId } })
  const elsewhere = await tx.officerAccount.count({
    where: {
      ...active,
      departmentId: { not: departmentId },
      department: { status: { in: ['REGISTERED', 'ACTIVE'] } },
    },
  })
  if (here > 0 && elsewhere === 0) throw lastAdministrators()
}

function checkedRoles(input: NewDepartment): DepartmentRole[] {
  if (!departmentCodePattern.test(input.code)) {
    throw new AdministrationRefusal(
      'INPUT_INVALID',
      `部门代码须为大写字母开头的 2–32 位大写字母、数字或下划线 (code: expected ${departmentCodePattern.source}, got ${input.code})`,
    )
  }
  if (input.name.trim() === '')
    throw new AdministrationRefusal('INPUT_INVALID', '部门名称不能为空 (the name is empty)')
  return input.roles.map((role) => {
    const known = departmentRoles.find((candidate) => candidate === role)
    if (!known) {
      throw new AdministrationRefusal(
        'INPUT_INVALID',
        `角色须为 ${departmentRoles.join('、')} (unknown role ${role})`,
      )
    }
    return known
  })
}
