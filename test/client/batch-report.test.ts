import { describe, expect, it } from 'vitest'
import type { BatchView } from '../../client/batches.ts'
import { exitCodeOf, problemLine, reportOf } from '../../client/commands/batch-report.ts'
import { batchLine, createProgress, sendingLine } from '../../client/commands/progress.ts'
import { shellWord, widthOf, yuan } from '../../client/commands/terminal-text.ts'

const view: BatchView = {
  batchId: '2026-11',
  dataset: 'AIC_PENALTIES',
  status: 'DONE',
  received: 1_204,
  accepted: 1_200,
  unchanged: 1,
  held: 1,
  rejected: 2,
  withdrawn: 3,
  rowsChecked: 1_204,
  rowsTotal: 1_204,
  rowsPerSecond: 3_500,
  secondsLeft: null,
  money: [
    {
      field: 'fine',
      read: '123456789012345678901',
      accepted: '123456789012345678801',
      unchanged: '100',
      held: '0',
      rejected: '0',
    },
  ],
  suspicions: [],
  refusal: null,
  file: null,
  annotated: null,
  problemCount: 3,
  receivedAt: '2026-03-01T00:00:00.000Z',
  startedAt: null,
  finishedAt: null,
}

describe('the end of a batch', () => {
  it('is a table that adds up, in rows and in yuan, beyond what a number holds', () => {
    expect(reportOf(view)).toMatchInlineSnapshot(`
      [
        "批次 batch 2026-11  AIC_PENALTIES  完成 DONE",
        "                行 rows                  fine 元 yuan",
        "读取 read         1,204  1,234,567,890,123,456,789.01",
        "接收 accepted     1,200  1,234,567,890,123,456,788.01",
        "未变 unchanged        1                          1.00",
        "待核实 held           1                          0.00",
        "退回 rejected         2                          0.00",
        "其中撤销 withdrawn: 3",
        "问题 problems: 3",
      ]
    `)
  })

  it.each<[Partial<BatchView>, number]>([
    [{ held: 0, rejected: 0 }, 0],
    [{ held: 1, rejected: 0 }, 1],
    [{ held: 0, rejected: 1 }, 1],
    [{ status: 'STORING' }, 0],
    [{ status: 'SUSPICIOUS', held: 0, rejected: 0 }, 1],
    [{ status: 'REFUSED', held: 0, rejected: 0 }, 1],
    [{ status: 'CANCELLED', held: 0, rejected: 0 }, 1],
    [{ status: 'FAILED', held: 0, rejected: 0 }, 1],
  ])('%j ends with %i', (change, code) => {
    expect(exitCodeOf({ ...view, ...change })).toBe(code)
  })

  it('says how many rows of a cancelled file were not stored', () => {
    expect(reportOf({ ...view, status: 'CANCELLED', rowsTotal: 2_000 }).join('\n')).toContain('未入库 796')
  })

  it('a problem is one line of four columns, whatever its message holds', () => {
    const problem = {
      index: 4,
      line: null,
      field: null,
      code: 'C',
      message: '甲\t乙\n\u001b[2J丙',
      held: false,
    }
    expect(problemLine(problem)).toBe('5\t\tC\t甲 乙 [2J丙')
  })

  it.each([
    ['0', '0.00'],
    ['5', '0.05'],
    ['-123456', '-1,234.56'],
  ])('%s fen are %s yuan', (fen, text) => expect(yuan(fen)).toBe(text))

  it('names a batch as it can be typed', () => {
    expect([shellWord('2026-11'), shellWord("a b'; rm")]).toEqual(['2026-11', "'a b'\\''; rm'"])
  })
})

describe('progress', () => {
  const screenOf = (isTTY: boolean, columns = 200) => {
    const written: string[] = []
    const screen = { isTTY, columns, write: (text: string) => void written.push(text) }
    return { written, screen }
  }
  const storing: BatchView = { ...view, status: 'STORING', received: 602, secondsLeft: 75 }

  it('tells the stage, rows, percent, speed and the time that is left', () => {
    expect(batchLine({ ...view, status: 'CHECKING', rowsTotal: null })).toBe(
      '检查 checking  1,204 行 rows  3,500 行/秒 rows/s',
    )
    expect(batchLine(storing)).toBe(
      '入库 storing ██████████░░░░░░░░░░  50%  602/1,204 行 rows  3,500 行/秒 rows/s  剩余 left 01:15',
    )
    expect(sendingLine(512 * 1024, 1024 * 1024)).toBe('发送 sending ██████████░░░░░░░░░░  50% 0.5/1.0 MiB')
  })

  it('redraws one line on a terminal, never wider than it, and takes it away at the end', () => {
    const { written, screen } = screenOf(true, 30)
    let now = 0
    const progress = createProgress(screen, () => now)
    progress.batch(storing)
    progress.batch(storing)
    now = 200
    progress.batch(storing)
    progress.end()
    expect(written).toHaveLength(3)
    for (const text of written)
      expect([text.startsWith('\r'), text.endsWith('\u001b[K'), text.includes('\n')]).toEqual([
        true,
        true,
        false,
      ])
    expect(widthOf((written[0] ?? '').slice(1, -3))).toBeLessThan(30)
    expect(written[2]).toBe('\r\u001b[K')
  })

  it('writes a plain line every few seconds elsewhere, and none for what is over at once', () => {
    const { written, screen } = screenOf(false)
    let now = 0
    const progress = createProgress(screen, () => now)
    for (now = 0; now <= 11_000; now += 500) progress.batch(storing)
    progress.end()
    expect(written).toHaveLength(2)
    for (const text of written) expect(text).toMatch(/^入库[^\r]*\n$/)
  })
})
