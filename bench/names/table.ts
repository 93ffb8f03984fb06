export type KindFigures = {
  kind: string
  asked: number
  first: number
  amongTen: number
  proposed: number
  proposedRightly: number
  /** Names that shared a key, of all that were asked. */
  looked: number
}
export type NegativeFigures = { kind: string; asked: number; wrong: number }
export type Figures = {
  /** What was asked. */
  by: string
  names: number
  keyedPerSecond: number
  kinds: KindFigures[]
  negatives: NegativeFigures[]
}

const targets = { overall: 0.98, kind: 0.95, wrong: 0.01 }

/** The tables as Markdown, the same as JSON below, and whether the targets are reached. */
export function printed(figures: Figures): { text: string; reached: boolean } {
  const kinds = figures.kinds.filter(({ asked }) => asked > 0)
  const negatives = figures.negatives.filter(({ asked }) => asked > 0)
  const all = { kind: 'overall', ...summed(kinds) }
  const wrong = { kind: 'overall', asked: total(negatives, 'asked'), wrong: total(negatives, 'wrong') }
  const proposes = negatives.length > 0
  const reached =
    all.amongTen >= targets.overall * all.asked &&
    kinds.every(({ amongTen, asked }) => amongTen >= targets.kind * asked) &&
    wrong.wrong <= targets.wrong * wrong.asked
  const text = [
    `${figures.by}: ${figures.names} names, keyed at ${figures.keyedPerSecond} names/s on one core`,
    '',
    '| distortion | asked | recall@1 | recall@10 | proposed as same | precision | names looked at |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...[...kinds, all].map(
      (row) =>
        `| ${row.kind} | ${row.asked} | ${share(row.first, row.asked)} | ${share(row.amongTen, row.asked)} | ${proposes ? share(row.proposed, row.asked) : '–'} | ${share(row.proposedRightly, row.proposed)} | ${row.looked === 0 ? '–' : Math.round(row.looked / row.asked)} |`,
    ),
    '',
    ...(proposes ? negativeLines([...negatives, wrong]) : []),
    reached ? 'targets reached' : 'a target is missed',
    '',
    JSON.stringify({
      ...figures,
      kinds: [...kinds, all],
      negatives: [...negatives, wrong],
      targets,
      reached,
    }),
    '',
  ].join('\n')
  return { text, reached }
}

function negativeLines(rows: readonly NegativeFigures[]): string[] {
  return [
    '| hard negative | asked | wrongly proposed as same |',
    '| --- | ---: | ---: |',
    ...rows.map((row) => `| ${row.kind} | ${row.asked} | ${share(row.wrong, row.asked)} |`),
    '',
  ]
}

function summed(rows: KindFigures[]) {
  return {
    asked: total(rows, 'asked'),
    first: total(rows, 'first'),
    amongTen: total(rows, 'amongTen'),
    proposed: total(rows, 'proposed'),
    proposedRightly: total(rows, 'proposedRightly'),
    looked: total(rows, 'looked'),
  }
}

function total<K extends string>(rows: Record<K, number>[], key: K): number {
  return rows.reduce((sum, row) => sum + row[key], 0)
}

const share = (part: number, of: number) => (of === 0 ? '–' : (part / of).toFixed(3))
