'use client';

import { clsx } from 'clsx';
import {
  Brackets,
  Eraser,
  Eye,
  EyeOff,
  type LucideIcon,
  MousePointer2,
  Triangle,
} from 'lucide-react';
import { Tooltip } from '@/components/tooltip';
import type { Tool } from '@/editor/tools';
import { dispatch } from '../session/commands';
import { useSession, useView } from '../session/session';

/** The keys of the marker tools, in the order of their types; further types have none. */
export const MARKER_KEYS = ['B', '⇧B'];

export function ToolRail() {
  const session = useSession();
  const tool = useView((state) => state.tool.tool);
  const hidden = useView((state) => state.hidden);
  const use = (next: Tool) => dispatch(session, { type: 'tool', tool: next });
  const markers = session.annotationTypes.filter(
    (type) => type.isActive && type.category === 'marker',
  );
  return (
    <nav
      aria-label="Tools"
      className="flex w-11 shrink-0 flex-col items-center gap-1 border-line border-r bg-panel py-2"
    >
      <RailButton
        text="Select"
        shortcut="V"
        icon={MousePointer2}
        pressed={tool === 'select'}
        onClick={() => tool !== 'select' && use('select')}
      />
      <RailButton
        text="Span"
        shortcut="S"
        icon={Brackets}
        pressed={tool === 'span'}
        onClick={() => use('span')}
      />
      <Divider />
      {markers.map((type, index) => (
        <RailButton
          key={type.name}
          text={type.displayName}
          shortcut={MARKER_KEYS[index]}
          icon={Triangle}
          color={type.color}
          upsideDown={type.icon === 'arrow-down'}
          pressed={tool === `marker:${type.name}`}
          onClick={() => use(`marker:${type.name}`)}
        />
      ))}
      <Divider />
      <RailButton
        text="Eraser"
        shortcut="X"
        icon={Eraser}
        pressed={tool === 'eraser'}
        onClick={() => use('eraser')}
      />
      <RailButton
        text={hidden ? 'Show annotations' : 'Hide annotations'}
        shortcut="H"
        icon={hidden ? EyeOff : Eye}
        pressed={hidden}
        onClick={() => session.view.setState({ hidden: !hidden })}
      />
    </nav>
  );
}

const Divider = () => <div className="my-1 h-px w-6 bg-line" />;

function RailButton(props: {
  text: string;
  shortcut: string | undefined;
  icon: LucideIcon;
  color?: string;
  upsideDown?: boolean;
  pressed: boolean;
  onClick: () => void;
}) {
  const Icon = props.icon;
  return (
    <Tooltip text={props.text} shortcut={props.shortcut} side="right">
      <button
        type="button"
        aria-label={props.text}
        aria-pressed={props.pressed}
        onClick={props.onClick}
        className={clsx(
          'relative grid size-[34px] place-items-center rounded-md',
          props.pressed ? 'bg-accent-bg text-accent' : 'text-muted hover:bg-raised hover:text-text',
        )}
      >
        <Icon
          size={17}
          strokeWidth={1.75}
          className={props.upsideDown ? 'rotate-180' : ''}
          style={{ color: props.color }}
        />
        <span className="absolute right-[3px] bottom-0 text-[9px] text-faint leading-[12px]">
          {props.shortcut}
        </span>
      </button>
    </Tooltip>
  );
}
