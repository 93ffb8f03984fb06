import { asRatio, type Row } from './row.ts'

/** The table as markdown, and the same as one line of JSON. */
export function printed(figures: { settings: Record<string, unknown>; rows: readonly Row[] }): string {
  const verdict = (met: boolean | null) => (met === null ? '–' : met ? 'met' : 'missed')
  return [
    '| job | exchange | floor of the same run | ratio | target | |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...figures.rows.map(
      ({ job, ours, floor, ratio, target, met }) =>
        `| ${job} | ${ours} | ${floor} | ${ratio ? asRatio(ratio) : '–'} | ${target} | ${verdict(met)} |`,
    ),
    '',
    JSON.stringify(figures),
    '',
  ].join('\n')
}
