import type { OfficerManager } from '../../src/officers/officer-manager.ts'
import type { NewAssignment } from '../../src/officers/officer-service.ts'
import type { OfficerRecord } from '../../src/officers/officer-store.ts'
import type { SetUpCode } from '../../src/officers/set-up-service.ts'
import { normaliseEmail } from '../../src/officers/sign-in.ts'
import { type Call, type CommandGroup, print, UsageError } from './command.ts'
import { textTable } from './text-table.ts'

/** Officers of the console: the first administrator, and whoever an administrator in the console cannot be asked for. */
export const officerCommands: CommandGroup = {
  help: `  officer list                                                 列出人员 officers of the console
  officer add <email> <name> --department D --role CITY_ADMINISTRATOR [--role R] [--division 六位代码]
                                                               登记人员，发一次性设置码 (72 小时) add one, with a one-time set-up code
  officer code <email>                                         重发设置码，仅限尚未设置者 a new code, before anything is set up
  officer assign <email> --department D --role R [--role R] [--division 六位代码]
                                                               变更部门与角色 department and roles from now on
  officer disable <email> --reason R                           停用 disable, sessions end at once
  officer enable <email> --reason R                            恢复 enable again`,
  commands: {
    'officer list': { takes: 0, run: list },
    'officer add': { takes: 2, run: add },
    'officer code': {
      takes: 1,
      async run(call) {
        const { id } = await named(call)
        tell(call, await call.app.officers.renewSetUpCode(operator(call), id))
      },
    },
    'officer assign': {
      takes: 1,
      async run(call) {
        const { id } = await named(call)
        const { roles } = await call.app.officers.assign(operator(call), id, assignment(call))
        print(`${call.argument(0)} ${roles.join(',')} 已变更 (assigned)`)
      },
    },
    'officer disable': {
      takes: 1,
      async run(call) {
        const { id } = await named(call)
        await call.app.officers.disable(operator(call), id, call.option('reason'))
        print(`${call.argument(0)} 已停用 (disabled)`)
      },
    },
    'officer enable': {
      takes: 1,
      async run(call) {
        const { id } = await named(call)
        await call.app.officers.enable(operator(call), id, call.option('reason'))
        print(`${call.argument(0)} 已恢复 (enabled)`)
      },
    },
  },
}

const operator = ({ actor }: Call): OfficerManager => ({ kind: 'OPERATOR', name: actor })

async function list(call: Call): Promise<void> {
  const officers = await call.app.officers.list(operator(call))
  const head = ['邮箱 e-mail', '姓名 name', '部门 department', '角色 roles', '状态 status']
  print(
    textTable([
      head,
      ...officers.map(({ email, name, department, division, roles, status }) => [
        email,
        name,
        division === null ? department.code : `${department.code}/${division}`,
        roles.join(','),
        status,
      ]),
    ]),
  )
}

async function add(call: Call): Promise<void> {
  const { officer, setUp } = await call.app.officers.create(operator(call), {
    email: call.argument(0),
    name: call.argument(1),
    ...assignment(call),
  })
  print(`${officer.email} ${officer.name} 已登记 (added)`)
  tell(call, setUp)
}

const assignment = (call: Call): NewAssignment => ({
  roles: call.all('role'),
  department: call.option('department'),
  division: call.optional('division') ?? null,
})

function tell({ exchangeUrl }: Call, { code, expiresAt }: SetUpCode): void {
  print(`设置码 set-up code  ${code}`)
  print(`在此设置 set up at  ${exchangeUrl}/console/set-up`)
  print(`有效至 valid until ${expiresAt.toISOString()}；只显示这一次 (shown only once)`)
}

async function named(call: Call): Promise<OfficerRecord> {
  const email = normaliseEmail(call.argument(0))
  const officers = await call.app.officers.list(operator(call))
  const officer = officers.find((each) => each.email === email)
  if (!officer) throw new UsageError(`没有邮箱为 ${email} 的人员 (nobody has this e-mail)`)
  return officer
}
