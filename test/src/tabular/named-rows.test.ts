import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { type NamedRow, nameRows } from '../../../src/tabular/named-rows.ts'
import { openTabularFile } from '../../../src/tabular/open-tabular-file.ts'
import { bytesOf, untold } from '../../support/workbook.ts'

const known = new Set(['姓名', '证件号', '金额'])
const recognise = (headings: readonly string[]) => headings.filter((heading) => known.has(heading)).length
const named = async (content: string) => nameRows(await openTabularFile(bytesOf(content), untold), recognise)

async function rowsOf(content: string) {
  const rows: NamedRow[] = []
  for await (const some of (await named(content)).rows()) rows.push(...some)
  return rows.map(({ index, line, fault, values }) => ({ index, line, fault, ...Object.fromEntries(values) }))
}

describe('the rows of a table by their headings', () => {
  it('finds the headings under a title', async () => {
    const file = await named('某局名单,,\n\n填表人：姓名,\n 姓名 ,证件号,\n甲,1,\n')
    expect(file.headings).toEqual(['姓名', '证件号'])
    expect(file.titleRows.map(({ line }) => line)).toEqual([1, 3])
    expect(file.headingRow?.line).toBe(4)
  })

  it('names the cells and leaves out what is empty', async () => {
    expect(await rowsOf('标题\n姓名,备注,证件号\n甲,x,1\n , ,\n乙\n丙,,3, ,\n')).toEqual([
      { index: 0, line: 3, fault: null, 姓名: '甲', 备注: 'x', 证件号: '1' },
      { index: 1, line: 5, fault: null, 姓名: '乙', 备注: '', 证件号: '' },
      { index: 2, line: 6, fault: null, 姓名: '丙', 备注: '', 证件号: '3' },
    ])
  })

  it('gives the members of objects as they are named, and says which row is broken', async () => {
    expect((await named('{"姓名":"甲"}')).headings).toBeNull()
    expect(await rowsOf('{"姓名":"甲"}\n{\n{"金额":1}')).toEqual([
      { index: 0, line: 1, fault: null, 姓名: '甲' },
      { index: 1, line: 2, fault: 'ROW_NOT_JSON' },
      { index: 2, line: 3, fault: null, 金额: 1 },
    ])
  })

  it.each<[string, string, string, number | null]>([
    ['no headings', '甲,1\n乙,2\n', 'HEADINGS_NOT_FOUND', null],
    [
      'headings that come too late',
      `${'题\n'.repeat(limits.fileTitleRows + 1)}姓名\n`,
      'HEADINGS_NOT_FOUND',
      null,
    ],
    ['a heading twice', '题\n姓名,金额, 姓名\n', 'HEADING_REPEATED', 2],
    ['data under no heading', '姓名,,金额\n甲,,1\n乙,x,2\n', 'HEADING_EMPTY', 3],
    ['data beyond the headings', '姓名,金额\n甲,1,,x\n', 'HEADING_EMPTY', 2],
  ])('refuses %s', async (_, content, code, line) => {
    await expect(rowsOf(content)).rejects.toMatchObject({ code, line })
  })

  it('says which columns', async () => {
    await expect(rowsOf('姓名,金额,姓名\n')).rejects.toThrow('A、C')
    await expect(rowsOf('姓名\n甲,1\n')).rejects.toThrow('B 列')
  })

  it('takes exactly as many rows as are allowed', async () => {
    await expect(rowsOf(`姓名\n${'甲\n'.repeat(limits.fileRows + 1)}`)).rejects.toMatchObject({
      code: 'TOO_MANY_ROWS',
      line: limits.fileRows + 2,
    })
  })
})
