import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../runtime/root';

/** Names that were given up for the field's own (docs/glossary.md), by the room that had them. */
const GIVEN_UP: Record<string, string> = {
  'src/features/annotate': 'mark marks Mark Marks',
  'src/server': 'provingChart onChart prove clearly carryAlong misfit picks among does described',
  'src/server/records': 'gone',
  'src/lib/db': 'watched PATIENCE preparing alarm ring ears heard',
  'src/features/session': 'know learn held adopt outdate carryOut createSaveQueue',
  'src/editor': 'carryOut taken mark marks',
  'src/chart':
    'Ground Knots skeleton turn awaited flight hurry persist strip occupy narrow look picture mark marks',
  'src/server/candles': 'enclose clock intoChart findings Problems Lines Table',
  'scripts/sqlite-migration': 'decide fate refuse orElse lost loser',
  'scripts/runtime': 'occupants takeTurn claim say',
  'scripts/bench': 'Way onStage judge',
  'services/ml/app':
    'lay looked_at learnt_from by_people cuts Prepared Found Mark Agreement paint on_piece FLOOR LEAST FAINTEST told _surely give_back_run unwritten marking',
};
const UI = ['Retire', 'Bring back', 'Shown as', 'Name in the data'];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /^(src|scripts|services)\/.*\.(ts|tsx|mjs|py)$/.test(file))
  .filter((file) => !/\.test\.tsx?$/.test(file));

/** A declaration: of a variable, function, class, type, parameter or key in TypeScript or Python. */
const declares = (name: string) =>
  new RegExp(
    `\\b(?:const|let|function|class|type|def) #?${name}\\b|^\\s*(?:async |readonly |private )*#?${name}\\??[(:]|^${name} = `,
    'm',
  );

test.each(Object.entries(GIVEN_UP))('%s declares nothing by a name given up', (room, names) => {
  const found = files
    .filter((file) => file.startsWith(`${room}/`))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      return names
        .split(' ')
        .flatMap((name) => (declares(name).test(text) ? `${file}: ${name}` : []));
    });
  expect(found).toEqual([]);
});

test('the app says none of the words given up', () => {
  const found = files
    .filter((file) => /^src\/(features|components|app)\//.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      return UI.flatMap((word) => (text.includes(word) ? `${file}: ${word}` : []));
    });
  expect(found).toEqual([]);
});
