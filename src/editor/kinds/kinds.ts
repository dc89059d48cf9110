import type { CornerFields } from './corners';
import type { KindDefinition } from './kind';
import { level } from './level';
import { line } from './line';
import { marker } from './marker';
import { prediction } from './prediction';
import { rectangle } from './rectangle';
import { span } from './span';

/** Every kind of annotation; a new one is a line here, in `chart/kinds` and in `annotate/kinds`. */
export const KINDS = { span, marker, line, level, rectangle, prediction };

export type Kind = keyof typeof KINDS;
export type RecordOf<K extends Kind> = Parameters<(typeof KINDS)[K]['anchors']>[0];
export type EditorRecord = RecordOf<Kind>;
/** What of a record lies under the pointer. */
export type Target = {
  [K in Kind]: {
    kind: K;
    uid: string;
    part: keyof (typeof KINDS)[K]['parts'];
    /** Of what lies inside, where the part is that of several. */
    index?: number;
  };
}[Kind];

export const definitionOf = (kind: Kind): KindDefinition<EditorRecord> => KINDS[kind];

export const isKind = (name: string): name is Kind => Object.hasOwn(KINDS, name);

/** Kinds that are stored as annotations with corners: all annotations but markers. */
export type CornerKind = { [K in Kind]: RecordOf<K> extends CornerFields ? K : never }[Kind];
export const isCornerKind = (name: string): name is CornerKind =>
  isKind(name) && name !== 'marker' && definitionOf(name).storage.entity === 'annotation';
