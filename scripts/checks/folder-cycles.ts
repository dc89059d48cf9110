import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Folders of one folder that import each other in a circle, each with an import as evidence. */
export type FolderCycle = { within: string; folders: string[]; imports: string[] };

type Edge = { from: string; to: string };

const FROM = /\b(?:from|import)\s*\(?\s*'([^']+)'/g;

/** Every circle among folders that lie side by side, below `roots` of the project at `project`. */
export function findFolderCycles(project: string, roots: string[]): FolderCycle[] {
  const edges = roots.flatMap((root) => readEdges(project, root));
  /** By the folder in which they lie side by side, from one to the other, the first such import. */
  const graphs = new Map<string, Map<string, Map<string, Edge>>>();
  for (const edge of edges) {
    const { within, a, b } = parting(dirname(edge.from), dirname(edge.to));
    // A file beside folders is none of them.
    if (!a || !b) continue;
    const graph = graphs.get(within) ?? new Map<string, Map<string, Edge>>();
    graphs.set(within, graph);
    const targets = graph.get(a) ?? new Map<string, Edge>();
    graph.set(a, targets);
    if (!targets.has(b)) targets.set(b, edge);
  }
  return [...graphs].flatMap(([within, graph]) => cyclesOf(within, graph));
}

/** Where two folders' paths part, and the folder of each there. */
function parting(from: string, to: string) {
  const [left, right] = [from.split('/'), to.split('/')];
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  return { within: left.slice(0, at).join('/'), a: left[at], b: right[at] };
}

/** One circle for each pair of folders that can reach each other, the shortest of them. */
function cyclesOf(within: string, graph: Map<string, Map<string, Edge>>): FolderCycle[] {
  const found = new Map<string, FolderCycle>();
  for (const start of graph.keys()) {
    const path = shortestWayBack(graph, start);
    if (!path) continue;
    const key = [...path].sort().join(' ');
    if (found.has(key)) continue;
    const imports = path.map((folder, i) => {
      const edge = graph.get(folder)?.get(path[(i + 1) % path.length] as string) as Edge;
      return `${edge.from} imports ${edge.to}`;
    });
    found.set(key, { within, folders: path, imports });
  }
  return [...found.values()];
}

function shortestWayBack(graph: Map<string, Map<string, Edge>>, start: string) {
  const queue = [[start]];
  const seen = new Set<string>();
  for (let path = queue.shift(); path; path = queue.shift()) {
    for (const next of graph.get(path.at(-1) as string)?.keys() ?? []) {
      if (next === start) return path;
      if (!seen.has(next)) queue.push([...path, next]);
      seen.add(next);
    }
  }
  return null;
}

function readEdges(project: string, root: string): Edge[] {
  const entries = readdirSync(join(project, root), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    // Tests and what they share may look into any room.
    .filter(({ name, parentPath }) => !/\btest(ing)?\b/.test(`${parentPath}/${name}`))
    .map((entry) => join(entry.parentPath, entry.name));
  return files.flatMap((file) => {
    const from = relative(project, file);
    return [...readFileSync(file, 'utf8').matchAll(FROM)].flatMap(([, text = '']) => {
      const path = text.startsWith('@/')
        ? join('src', text.slice(2))
        : text.startsWith('.')
          ? relative(project, resolve(dirname(file), text))
          : null;
      return path === null ? [] : [{ from, to: path }];
    });
  });
}
