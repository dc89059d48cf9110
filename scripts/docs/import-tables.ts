import { NOTATIONS } from '@/contract/time-notations';
import { FORMATS } from '@/server/candles/files/formats';

const BEGIN = '<!-- What is recognised: written by npm run docs -->';
const END = '<!-- End of what is recognised -->';
const LONGEST = 72;

/** The page on import and export with its tables of formats and notations made anew. */
export function withImportTables(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`docs/import-export.md lacks the lines “${BEGIN}” and “${END}”.`);
  }
  return `${before}${BEGIN}\n\n${formats()}\n\n${notations()}\n\n${END}${after}`;
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\t', ' ');
const code = (text: string) =>
  `\`${cell(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)}\``;

function formats(): string {
  const rows = FORMATS.map(({ name, example, sentence }) => {
    const header = example.find((line) => /open|[,;]1\.5|Er/i.test(line)) ?? example[0]!;
    return `| ${name} | ${code(header)} | ${cell(sentence)} |`;
  });
  return ['| from | looks like | |', '|---|---|---|', ...rows].join('\n');
}

function notations(): string {
  const rows = Object.entries(NOTATIONS).map(([format, { name, examples, sentence }]) => {
    const shown = examples.map(([text]) => code(text)).join(', ');
    return `| \`${format}\` | ${cell(name)} | ${shown} | ${cell(sentence)} |`;
  });
  return ['| `--time-format` | times | such as | |', '|---|---|---|---|', ...rows].join('\n');
}
