import { getTRPCErrorFromUnknown, initTRPC } from '@trpc/server';
import * as z from 'zod';
import type { Chart } from '@/contract/charts';
import { chartId } from '@/contract/common';
import type { ErrorData } from '@/contract/errors';
import { transformer } from '@/contract/transformer';
import { type Db, withLivenessCheck } from '@/lib/db';
import { findChart, noSuchChart } from './charts/data';
import type { Actor, Context, Role } from './context';
import { AppError } from './errors';
import { admitRead } from './read-admission';
import { toTrpcError } from './to-trpc-error';

/** What a role may do; each procedure names one of these in its builder chain. */
const PERMISSIONS = {
  read: ['viewer', 'annotator', 'reviewer', 'owner'],
  annotate: ['annotator', 'reviewer', 'owner'],
  review: ['reviewer', 'owner'],
  manage: ['owner'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof PERMISSIONS;

const t = initTRPC
  .context<Context>()
  .meta<{ permission?: Permission }>()
  .create({
    transformer,
    // A connection that says nothing for five seconds is dead, and the client makes a new one.
    sse: {
      ping: { enabled: true, intervalMs: 2_000 },
      client: { reconnectAfterInactivityMs: 5_000 },
    },
    errorFormatter({ shape, error }) {
      const data: typeof shape.data & ErrorData = { ...shape.data };
      delete data.stack;
      if (error.cause instanceof z.ZodError) {
        data.issues = error.cause.issues.map(({ path, message }) => ({ path, message }));
        return { ...shape, message: z.prettifyError(error.cause), data };
      }
      if (error.cause instanceof AppError && error.cause.conflicts) {
        data.conflicts = error.cause.conflicts;
      }
      return { ...shape, data };
    },
  });

export const router = t.router;
export const createCaller = t.createCallerFactory;

const base = t.procedure.use(async ({ ctx, next, type }) => {
  const work = type === 'query' ? admitRead(ctx.db, next) : next();
  const result = await withLivenessCheck(ctx.db, work).catch((error) => {
    throw toTrpcError(getTRPCErrorFromUnknown(error));
  });
  if (!result.ok) throw toTrpcError(result.error);
  if (type !== 'subscription') return result;
  return { ...result, data: translated(result.data as AsyncIterable<unknown>) };
});

/** What is thrown in the middle of a stream may be seen no more than what is thrown before it. */
async function* translated(stream: AsyncIterable<unknown>) {
  try {
    yield* stream;
  } catch (error) {
    throw toTrpcError(getTRPCErrorFromUnknown(error));
  }
}

export const may = (actor: Actor, permission: Permission) =>
  (PERMISSIONS[permission] as readonly Role[]).includes(actor.role);

/** A procedure for those who hold `permission`; `ctx.actor` is proven to be there. */
export function procedureFor(permission: Permission) {
  return base.meta({ permission }).use(({ ctx, next }) => {
    const { actor } = ctx;
    if (!actor) throw new AppError('UNAUTHORIZED', 'Sign in to do this.');
    if (!may(actor, permission)) {
      throw new AppError('FORBIDDEN', `Your role, ${actor.role}, may not do this.`);
    }
    return next({ ctx: { ...ctx, actor } });
  });
}

/**
 * As `procedureFor`, on the chart that the input names: it exists and is the actor's to use. What
 * writes begins once that is proven; a query may run meanwhile, and its answer waits for the
 * proof. `ctx.chart` is for those who need more of the chart than its id.
 */
export function chartProcedure(permission: Permission) {
  return procedureFor(permission)
    .input(z.object({ chartId }))
    .use(async ({ ctx, input, next, type }) => {
      const chart = requireChart(ctx.db, input.chartId);
      if (type !== 'query') await chart;
      const [, result] = await Promise.all([chart, next({ ctx: { ...ctx, chart } })]);
      return result;
    });
}

/**
 * As `chartProcedure`, for a procedure that proves the chart in the first statement that it sends anyway.
 * What fails before it comes to that tells no more of the chart than the proof does.
 */
export function scopedProcedure(permission: Permission) {
  return procedureFor(permission)
    .input(z.object({ chartId }))
    .use(async ({ ctx, input, next }) => {
      const result = await next();
      if (!result.ok) await requireChart(ctx.db, input.chartId);
      return result;
    });
}

async function requireChart(db: Db, id: number): Promise<Chart> {
  const chart = await findChart(db, id);
  if (!chart) throw noSuchChart(id);
  return chart;
}
