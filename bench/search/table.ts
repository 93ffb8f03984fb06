import type { Timing } from './measure.ts'

const targets: Record<string, number> = {
  'two characters': 15,
  'longer names': 25,
  'full pinyin': 25,
  initials: 25,
  商贸: 60,
}

export type Figures = {
  scale: number
  atOnce: number
  pageSize: number
  ours: Record<string, Timing>
  floor: Record<string, Timing>
  byLike: Record<string, Timing>
  byTrgm: Record<string, Timing>
  building: Record<string, number>
  sizes: Record<string, number>
  rates: { withoutIndexes: number; withIndexes: number }
  screening: { names: number; withCandidates: number; seconds: number }
}

export function printed(figures: Figures): string {
  const cell = (timing: Timing | undefined) => (timing ? `${timing.p50} / ${timing.p95}` : '–')
  return [
    `${figures.scale} names, warm, ${figures.atOnce} at once, pages of ${figures.pageSize}; milliseconds p50 / p95`,
    '',
    '| asked for | search | target p95 | searches/s | without answer | plain SQL, same index | LIKE | pg_trgm |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...Object.entries(figures.ours).map(
      ([kind, timing]) =>
        `| ${kind} | ${cell(timing)} | ${targets[kind] ?? '–'} | ${timing.perSecond} | ${timing.empty} | ${cell(figures.floor[kind])} | ${cell(figures.byLike[kind])} | ${cell(figures.byTrgm[kind])} |`,
    ),
    '',
    '| index or table | built in s | MB |',
    '| --- | ---: | ---: |',
    ...Object.entries(figures.sizes).map(
      ([name, megabytes]) =>
        `| ${name} | ${figures.building[name === 'name_trgm' ? 'pg_trgm' : name] ?? '–'} | ${megabytes} |`,
    ),
    '',
    `stored: ${figures.rates.withoutIndexes} new names/s without these indexes, ${figures.rates.withIndexes} with them`,
    `screened by name: ${figures.screening.names} in ${figures.screening.seconds} s, ${figures.screening.withCandidates} with candidates`,
    '',
    JSON.stringify({ ...figures, targets }),
    '',
  ].join('\n')
}
