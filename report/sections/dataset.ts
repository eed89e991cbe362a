import { count, text, type SectionMaker } from './section.ts'

/** M13: what the dataset holds; its card says the rest from the same shards. */
export const dataset: SectionMaker = async ({ run: { files } }) => ({
  id: 'dataset',
  title: 'The dataset',
  metric: 'M13',
  says: [
    'Rows are those of the footers of the shards. Columns, licences and sampling stand in the card, README.md.',
  ],
  tables: [
    {
      id: 'dataset',
      caption: 'Configurations',
      columns: [text('config', 'configuration'), count('shards'), count('rows'), count('bytes')],
      rows: [...Map.groupBy(files, ({ config }) => config)].map(([config, own]) => ({
        config,
        shards: own.length,
        rows: own.reduce((sum, { rows }) => sum + rows, 0),
        bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      })),
    },
  ],
  ...(files.length === 0 && {
    notKnown: ['The dataset: it is not written yet, or not from these parts; `npm run write` does.'],
  }),
})
