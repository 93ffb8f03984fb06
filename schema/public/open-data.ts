import type { OpenDataManifest } from '../../src/publicity/open-data-service.ts'
import { publicBuilder } from './builder.ts'

const File = publicBuilder.objectRef<OpenDataManifest['files'][number]>('OpenDataFile').implement({
  fields: (t) => ({
    file: t.exposeString('file', { description: 'Below /open-data/.' }),
    format: t.exposeString('format'),
    rows: t.exposeInt('rows'),
    bytes: t.exposeInt('bytes'),
    sha256: t.exposeString('sha256', { description: 'In hexadecimals.' }),
  }),
})

const OpenData = publicBuilder.objectRef<OpenDataManifest>('OpenData').implement({
  description: 'Open data (开放数据): the files of the day.',
  fields: (t) => ({
    day: t.expose('day', { type: 'Day' }),
    dataVersion: t.exposeInt('dataVersion', { description: 'Position of the change feed.' }),
    files: t.expose('files', { type: [File] }),
  }),
})

publicBuilder.queryField('openData', (t) =>
  t.field({
    type: OpenData,
    nullable: true,
    description: 'Null while the files are being made.',
    resolve: (_root, _args, { openData }) => openData.manifest(),
  }),
)
