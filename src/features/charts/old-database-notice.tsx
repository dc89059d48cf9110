'use client';

import { useState } from 'react';
import { Button } from '@/components/button';
import { Notice } from '@/components/notice';
import { trpc } from '@/trpc/client';

const key = (path: string) => `candle-annotator:old-database-left:${path}`;

/** Tells whoever still has the SQLite file of the earlier release how to move it. */
export function OldDatabaseNotice() {
  const old = trpc.charts.oldDatabase.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY });
  const [hidden, setHidden] = useState(false);
  const path = old.data;
  if (!path || hidden || localStorage.getItem(key(path))) return null;
  return (
    <Notice
      tone="warning"
      actions={
        <Button
          onClick={() => {
            localStorage.setItem(key(path), 'yes');
            setHidden(true);
          }}
        >
          Don’t show this again
        </Button>
      }
    >
      <code className="break-all">{path}</code> is a database of an earlier release. It is no longer
      read. Move what it holds into PostgreSQL with{' '}
      <code className="break-all rounded bg-canvas px-1">npm run migrate:sqlite -- "{path}"</code>,
      as docs/migrating-from-sqlite.md explains.
    </Notice>
  );
}
