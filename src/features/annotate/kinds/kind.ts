import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AnnotationType } from '@/contract/annotations';
import type { SpanLabelType } from '@/contract/spans';
import type { EditorRecord } from '@/editor/kinds/kinds';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { Tool } from '@/editor/tools';
import type { CommandId } from '../../session/command';
import type { Doubt } from '../../session/doubts';
import type { Fit } from '../../session/overlaps';
import type { Session } from '../../session/session';

export type LabelTypes = { labels: SpanLabelType[]; annotationTypes: AnnotationType[] };
/** What decides how a record is drawn beside the record itself. */
export type OverlayContext = LabelTypes & {
  pricePrecision: number;
  /** uid of the selected record; of several, the anchor. */
  selected: string | null;
  /** uids of all that is selected. */
  selection: ReadonlySet<string>;
  /** The chosen part of the anchor. */
  part: number | null;
  minScore: number;
  /** What the rules of groups make of spans while these are drawn or moved, by uid. */
  fits: ReadonlyMap<string, Fit>;
  doubts: (prediction: PredictionRecord) => readonly Doubt[];
};

/** A button of the tool rail. */
export type ToolButton = {
  tool: Tool;
  text: string;
  /** The command that takes it by key, if one does. */
  command: CommandId | null;
  icon: LucideIcon;
  color?: string;
  upsideDown?: boolean;
};

/** A line of a record's version where two are in conflict, and the fields that it shows. */
export type ConflictLine = [name: string, value: string, keys: string[]];

/** How the screen shows a kind of annotation and lets people work on it. */
export type AnnotationKind<R extends EditorRecord = EditorRecord, Item = unknown> = {
  /** As in "New span" and "Delete this span". */
  name: string;
  /** The key that takes its tool; null where its tools have commands of their own. */
  key: string | null;
  /** Where its tools stand in the rail. */
  group: 'spans' | 'markers' | 'drawings' | null;
  /** The tools that draw one, given the types that there are. */
  tools(types: LabelTypes): ToolButton[];
  /** As the chart draws it; null where it is not shown. */
  overlayItem(record: R, context: OverlayContext): Item | null;
  /** Its row in a list, and its inspector; null where another panel has them. */
  panel: {
    Row(props: { record: R }): ReactNode;
    Inspector(props: { record: R }): ReactNode;
  } | null;
  conflictLines(session: Session, record: R): ConflictLine[];
};
