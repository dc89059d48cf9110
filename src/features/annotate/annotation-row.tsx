'use client';

import type { ReactNode } from 'react';
import type { AnnotationFields } from '@/contract/annotations';
import { annotationStyle } from '../session/label-style';
import { useSession } from '../session/session';
import { StaleTag } from './stale';

/** A symbol, the annotation's type, and where it is. */
export function AnnotationRow(props: {
  record: AnnotationFields;
  second: string;
  children: ReactNode;
}) {
  const { annotationTypes } = useSession();
  const { text, color } = annotationStyle(annotationTypes, props.record);
  return (
    <>
      <span style={{ color }} className="grid w-3 place-items-center text-[10px]">
        {props.children}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate leading-[18px]">{text}</span>
        <span className="block truncate text-muted text-xs leading-4" title={props.second}>
          {props.second}
        </span>
      </span>
      <StaleTag record={props.record} />
    </>
  );
}
