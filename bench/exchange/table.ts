import { asRatio, type Row } from './row.ts'

/** The table as markdown, and the same as one line of JSON. */
export function printed(rows: readonly Row[], settings: Record<string, unknown>): string {
  const verdict = (met: boolean | null) => (met === null ? '–' : met ? 'met' : 'missed')
  return [
    '| job | exchange | floor of the same run | ratio | target | |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...rows.map(
      ({ job, ours, floor, ratio, target, met }) =>
        `| ${job} | ${ours} | ${floor} | ${ratio ? asRatio(ratio) : '–'} | ${target} | ${verdict(met)} |`,
    ),
    '',
    JSON.stringify({ settings, rows }),
    '',
  ].join('\n')
}
