import type { BatchView } from '../batches.ts'
import { counted, cutTo } from './terminal-text.ts'

/** How far a file is: on a terminal one line that is drawn again, otherwise a line every few seconds. */
export interface Progress {
  sending(sent: number, total: number): void
  batch(view: BatchView): void
  /** Makes room for what comes next. */
  end(): void
}

/** Standard error, or what stands for it in a test. */
export interface Screen {
  readonly isTTY: boolean
  readonly columns: number
  write(text: string): void
}

const plainEvery = 5_000
const drawnEvery = 100
const barCells = 20
const eraseRest = '\u001b[K'

export function createProgress(screen: Screen, now: () => number): Progress {
  const every = screen.isTTY ? drawnEvery : plainEvery
  // Nothing is told of what is over before anyone could wonder.
  let last = screen.isTTY ? Number.NEGATIVE_INFINITY : now()
  let isOpen = false

  function show(line: () => string): void {
    if (now() - last < every) return
    last = now()
    if (screen.isTTY) screen.write(`\r${cutTo(line(), screen.columns - 1)}${eraseRest}`)
    else screen.write(`${line()}\n`)
    isOpen = screen.isTTY
  }

  return {
    sending: (sent, total) => show(() => sendingLine(sent, total)),
    batch: (view) => show(() => batchLine(view)),
    end() {
      if (isOpen) screen.write(`\r${eraseRest}`)
      isOpen = false
    },
  }
}

export function sendingLine(sent: number, total: number): string {
  const share = total === 0 ? 1 : sent / total
  return `发送 sending ${bar(share)} ${mebibytes(sent)}/${mebibytes(total)} MiB`
}

export function batchLine(view: BatchView): string {
  const speed = view.rowsPerSecond === null ? [] : [`${counted(view.rowsPerSecond)} 行/秒 rows/s`]
  switch (view.status) {
    case 'CHECKING':
      return ['检查 checking', `${counted(view.rowsChecked)} 行 rows`, ...speed].join('  ')
    case 'STORING': {
      const total = view.rowsTotal ?? view.received
      const rows = `${counted(view.received)}/${counted(total)} 行 rows`
      const left = view.secondsLeft === null ? [] : [`剩余 left ${minutes(view.secondsLeft)}`]
      const share = total === 0 ? 1 : view.received / total
      return [`入库 storing ${bar(share)}`, rows, ...speed, ...left].join('  ')
    }
    default:
      return statusName(view)
  }
}

export function statusName({ status }: Pick<BatchView, 'status'>): string {
  return `${statusNames[status]} ${status}`
}

const statusNames: Record<BatchView['status'], string> = {
  RECEIVED: '已收到',
  CHECKING: '检查中',
  SUSPICIOUS: '可疑，待确认',
  STORING: '入库中',
  ANNOTATING: '生成批注文件',
  DONE: '完成',
  CANCELLED: '已取消',
  REFUSED: '退回',
  FAILED: '平台出错',
}

function bar(share: number): string {
  const full = Math.floor(share * barCells)
  return `${'█'.repeat(full)}${'░'.repeat(barCells - full)} ${String(Math.floor(share * 100)).padStart(3)}%`
}

const mebibytes = (bytes: number): string => (bytes / (1024 * 1024)).toFixed(1)

function minutes(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
}
