import { type Call, type Command, type CommandGroup, print, UsageError } from './command.ts'
import { textTable } from './text-table.ts'

/** What came in and waits for a person: files, rows; and how timely it came. */
export const intakeCommands: CommandGroup = {
  help: `  batch list                                                   未了结的文件批次 files that are not done
  batch confirm <department> <batchId> --reason R              可疑批次予以入库 let a suspicious file take effect
  batch cancel <department> <batchId> --reason R               取消 stop it
  batch retry <department> <batchId> --reason R                失败后再试 try a failed one again
  held list                                                    待核实的行 rows that wait for a decision
  held show <id>                                               查看一行，留痕 look at one row; leaves a trace
  held accept <id> --reason R | held refuse <id> --reason R    核实 decide
  timeliness --from YYYY-MM-DD --to YYYY-MM-DD                 报送及时性 how timely departments reported`,
  commands: {
    'batch list': {
      takes: 0,
      async run({ app }) {
        const batches = await app.prisma.batch.findMany({
          where: { channel: 'FILE', status: { not: 'DONE' } },
          orderBy: { id: 'desc' },
          take: 200,
          include: { dataset: true, department: true },
        })
        if (batches.length === 0) return print('没有未了结的文件批次 (every file is done)')
        print(
          textTable([
            ['部门 department', '批次 batch', '数据集 dataset', '状态 status', '行 rows', '原因 why'],
            ...batches.map((batch) => [
              batch.department.code,
              batch.batchId,
              batch.dataset.code,
              batch.status,
              `${batch.received}/${batch.rowsTotal ?? '?'}`,
              [...remarks(batch.suspicions), ...remarks(batch.refusal)].join('；'),
            ]),
          ]),
        )
      },
    },
    'batch confirm': onBatch('CONFIRM', '予以入库 (will take effect)'),
    'batch cancel': onBatch('CANCEL', '已取消 (stops)'),
    'batch retry': onBatch('RETRY', '将再试 (is tried again)'),
    'held list': {
      takes: 0,
      async run({ app }) {
        const rows = await app.prisma.heldRow.findMany({
          where: { status: 'WAITING' },
          orderBy: { id: 'asc' },
          include: { batch: { include: { dataset: true, department: true } } },
        })
        if (rows.length === 0) print('没有待核实的行 (no row waits)')
        for (const row of rows) {
          print(
            `${row.id}  ${row.batch.department.code}  ${row.batch.dataset.code}  批次 batch ${row.batch.batchId}  行 row ${row.rowIndex}  ${row.code}`,
          )
        }
      },
    },
    'held show': {
      takes: 1,
      async run({ app, actor, argument }) {
        const { dataset, raw } = await app.submissions.showHeld(actor, rowNumber(argument(0)))
        print(dataset)
        print(JSON.stringify(raw, null, 2))
      },
    },
    'held accept': onHeldRow('ACCEPTED', '已接受 (accepted)'),
    'held refuse': onHeldRow('REFUSED', '未接受 (refused)'),
    timeliness: { takes: 0, run: timeliness },
  },
}

function onBatch(act: 'CONFIRM' | 'CANCEL' | 'RETRY', done: string): Command {
  return {
    takes: 2,
    async run({ app, actor, argument, option }) {
      const department = await app.prisma.department.findUnique({ where: { code: argument(0) } })
      if (!department) throw new UsageError(`没有部门 ${argument(0)} (no such department)`)
      const batch = { departmentId: department.id, batchId: argument(1) }
      await app.batches.administer(actor, act, batch, option('reason'))
      print(`${argument(0)} ${argument(1)} ${done}`)
    },
  }
}

/** The messages of a refusal or of suspicions, as they are stored. */
function remarks(stored: unknown): string[] {
  return (Array.isArray(stored) ? stored : [stored]).flatMap((remark: unknown) =>
    typeof remark === 'object' && remark !== null && 'message' in remark ? [String(remark.message)] : [],
  )
}

function onHeldRow(decision: 'ACCEPTED' | 'REFUSED', done: string): Command {
  return {
    takes: 1,
    async run({ app, actor, argument, option }) {
      await app.submissions.decideHeld(actor, rowNumber(argument(0)), decision, option('reason'))
      print(`${argument(0)} ${done}`)
    },
  }
}

function rowNumber(id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw new UsageError('编号须为数字 (expected the number of a row)')
  return Number(id)
}

async function timeliness({ app, option }: Call): Promise<void> {
  const rows = await app.timeliness.timeliness({ from: option('from'), to: option('to') })
  if (rows.length === 0) {
    print('此期间没有计时的记录 (no clock ran for what was recorded in these days)')
    return
  }
  print(
    textTable([
      [
        '部门 department',
        '数据集 dataset',
        '时限 clock',
        '收到 received',
        '按时 on time',
        '迟报 late',
        '暂定 provisional',
        '最长迟延(天) worst delay (days)',
        '中位用时(天) median (days)',
        '存量 backlog',
      ],
      ...rows.map((row) => [
        row.departmentCode,
        row.dataset,
        `${row.rule} ${row.ruleName}`,
        ...[
          row.received,
          row.onTime,
          row.late,
          row.provisional,
          row.worstDelayDays,
          row.medianDays,
          row.backlog,
        ].map(String),
      ]),
    ]),
  )
  print(
    '暂定：到期日所在年份的放假通知尚未导入；存量：数据集入库前发生，不计时 (provisional: the notice on holidays is not imported yet; backlog: happened before the dataset was in the exchange, no clock ran)',
  )
}
