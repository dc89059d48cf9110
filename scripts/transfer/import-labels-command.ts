import { defineCommand } from '../cli/command';

const USAGE = `Usage: npm run import:labels -- FILE [--chart NAME] [--replace] [--json]

Brings spans and annotations back from a file that npm run export has written, whatever its
format; in gzip or zip as well. The same file again changes nothing.

  --chart NAME   the chart that they go on; by the name in the file when left out
  --replace      tags without the column spans take the place of the chart's spans in their range;
                 history can bring those back
  --json         one line of JSON a chart

A chart that is not there is made when the file holds its candles: bio-csv and parquet.
Exit code: 0 all of it is stored, 1 nothing is.`;

export const importLabelsCommand = defineCommand({
  usage: USAGE,
  options: {
    chart: { type: 'string' },
    replace: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  operands: { atLeast: 1, atMost: 1, expected: 'Name one file to import.' },
  async run({ chart, replace, json }, [file = '']) {
    await (await import('./import-labels')).importLabels({ file, chartName: chart, replace, json });
  },
});
