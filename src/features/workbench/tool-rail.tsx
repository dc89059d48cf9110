'use client';

import { clsx } from 'clsx';
import { Eraser, Eye, EyeOff, type LucideIcon, MousePointer2 } from 'lucide-react';
import { Fragment } from 'react';
import { Tooltip } from '@/components/tooltip';
import type { Tool } from '@/editor/tools';
import { drawingTools } from '../annotate/kinds/kinds';
import { dispatch } from '../session/commands';
import { useSession, useView } from '../session/session';

export function ToolRail() {
  const session = useSession();
  const tool = useView((state) => state.tool.tool);
  const hidden = useView((state) => state.hidden);
  const use = (next: Tool) => dispatch(session, { type: 'tool', tool: next });
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
      {drawingTools(session)
        .filter((buttons) => buttons.length > 0)
        .map((buttons) => (
          <Fragment key={buttons[0]?.tool}>
            {buttons.map(({ tool: draws, ...button }) => (
              <RailButton
                key={draws}
                {...button}
                pressed={tool === draws}
                onClick={() => use(draws)}
              />
            ))}
            <Divider />
          </Fragment>
        ))}
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
