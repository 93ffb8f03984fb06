import type { App } from '../../src/app.ts'
import { isLegalDay } from '../../src/kernel/clock.ts'
import { type Call, type Command, type CommandGroup, print, UsageError } from './command.ts'

/** The registry: departments, their keys, names and grants; divisions. */
export const departmentCommands: CommandGroup = {
  help: `  department list                                              列出部门与密钥 departments and their keys
  department register <code> <name> --kind K --division D --role PROVIDER --role ENQUIRER [--uscc U]
                                                               登记部门 register a department
  department code <code>                                       发一次性登记码 (72 小时) one-time enrolment code
  department approve <code> <kid>                              批准密钥 approve a key
  department refuse <code> <kid>                               不批准密钥 refuse a key
  department revoke <code> <kid> --reason R                    吊销密钥 revoke a key
  department suspend <code> | resume <code>                    暂停、恢复 suspend, resume
  department rename <code> <name> --from YYYY-MM-DD            更名 a new name from a day on
  department merge <code>… --into <code> --from YYYY-MM-DD --reason 文号
                                                               机构改革合并 merge into a successor, at once
  department grant <code> <dataset> --basis B                  授权查询 right to AUTHORISED fields
  department ungrant <code> <dataset>                          撤销授权 take it back
  division add <code> <name> [--statistical]                   增加行政区划 add a division`,
  commands: {
    'department list': {
      takes: 0,
      async run({ app }) {
        for (const department of await app.registry.list()) {
          const successor = department.successor ? ` → ${department.successor}` : ''
          print(
            `${department.code}  ${department.name}  ${department.status}${successor}  ${department.roles.join(',')}  ${department.datasets.join(',')}`,
          )
          for (const key of department.keys) {
            const until = key.notAfter ? `  至 until ${key.notAfter.toISOString()}` : ''
            print(`  ${key.kid}  ${key.algorithm}  ${key.status}${until}`)
          }
        }
      },
    },
    'department register': {
      takes: 2,
      async run({ app, actor, argument, option, optional, all }) {
        const uscc = optional('uscc')
        await app.registry.register(actor, {
          code: argument(0),
          name: argument(1),
          kind: option('kind'),
          division: option('division'),
          roles: [...all('role')],
          ...(uscc === undefined ? {} : { uscc }),
        })
        print(`${argument(0)} 已登记 (registered)`)
      },
    },
    'department code': {
      takes: 1,
      async run({ app, actor, argument }) {
        const issued = await app.registry.issueEnrolmentCode(actor, argument(0))
        print(`${issued.code}`)
        print(`有效至 valid until ${issued.expiresAt.toISOString()}；只显示这一次 (shown only once)`)
      },
    },
    'department approve': onKey(
      (app, actor, code, kid) => app.registry.approveKey(actor, code, kid),
      '已批准 (approved)',
    ),
    'department refuse': onKey(
      (app, actor, code, kid) => app.registry.refuseKey(actor, code, kid),
      '未批准 (refused)',
    ),
    'department revoke': {
      takes: 2,
      async run({ app, actor, argument, option }) {
        await app.registry.revokeKey(actor, argument(0), argument(1), option('reason'))
        print(`${argument(1)} 已吊销，一秒内处处生效 (revoked, everywhere within one second)`)
      },
    },
    'department suspend': onDepartment(
      (app, actor, code) => app.registry.suspend(actor, code),
      '已暂停 (suspended)',
    ),
    'department resume': onDepartment(
      (app, actor, code) => app.registry.resume(actor, code),
      '已恢复 (active again)',
    ),
    'department rename': {
      takes: 2,
      async run({ app, actor, argument, option }) {
        const from = option('from')
        if (!isLegalDay(from)) throw new UsageError('--from 须为 YYYY-MM-DD (expected a day)')
        await app.registry.rename(actor, argument(0), argument(1), from)
        print(`${argument(0)} 自 ${from} 起名为 ${argument(1)} (bears the name from that day on)`)
      },
    },
    'department merge': { takes: 'MANY', run: merge },
    'department grant': {
      takes: 2,
      async run({ app, actor, argument, all }) {
        const [basis, ...more] = all('basis')
        if (basis === undefined || more.length > 0)
          throw new UsageError('--basis 须有且只有一个 (expected --basis once)')
        await app.registry.grant(actor, argument(0), argument(1), basis)
        print(`${argument(0)} 可查 ${argument(1)} 的授权信息 (may read its AUTHORISED fields)`)
      },
    },
    'department ungrant': {
      takes: 2,
      async run({ app, actor, argument }) {
        await app.registry.revokeGrant(actor, argument(0), argument(1))
        print(`${argument(0)} 对 ${argument(1)} 的授权已撤销 (the grant is taken back)`)
      },
    },
    'division add': {
      takes: 2,
      async run({ app, actor, argument, isSet }) {
        const division = { code: argument(0), name: argument(1), statistical: isSet('statistical') }
        await app.registry.addDivision(actor, division)
        print(`${division.code} ${division.name}`)
      },
    },
  },
}

async function merge({ app, actor, arguments: from, option }: Call): Promise<void> {
  const effectiveFrom = option('from')
  if (!isLegalDay(effectiveFrom)) throw new UsageError('--from 须为 YYYY-MM-DD (expected a day)')
  const { into, merged, alreadyMerged, datasets, grants } = await app.merges.merge(actor, {
    from,
    into: option('into'),
    effectiveFrom,
    reason: option('reason'),
  })
  for (const code of alreadyMerged) print(`${code} 早已并入 ${into} (was merged before)`)
  for (const code of merged)
    print(`${code} 已并入 ${into}，其密钥一秒内失效 (merged; its keys count no more within a second)`)
  if (datasets.length > 0) print(`由 ${into} 提供 (now provided by it): ${datasets.join('、')}`)
  if (grants.length > 0) print(`${into} 承接授权 (grants taken over): ${grants.join('、')}`)
}

function onDepartment(act: (app: App, actor: string, code: string) => Promise<void>, done: string): Command {
  return {
    takes: 1,
    async run({ app, actor, argument }) {
      await act(app, actor, argument(0))
      print(`${argument(0)} ${done}`)
    },
  }
}

function onKey(
  act: (app: App, actor: string, code: string, kid: string) => Promise<void>,
  done: string,
): Command {
  return {
    takes: 2,
    async run({ app, actor, argument }) {
      await act(app, actor, argument(0), argument(1))
      print(`${argument(0)} ${argument(1)} ${done}`)
    },
  }
}
