import { getTRPCErrorFromUnknown, initTRPC } from '@trpc/server';
import type { SuperJSONResult } from 'superjson';
import * as z from 'zod';
import { chartId } from '@/contract/common';
import type { ErrorData } from '@/contract/errors';
import { transformer } from '@/contract/transformer';
import { withLivenessCheck } from '@/lib/db';
import type { Context } from './context';
import { AppError } from './errors';
import { may, type Permission } from './permissions';
import { admitRead } from './read-admission';
import { type ChartScope, requireChart, type Scope } from './scope';
import { toTrpcError } from './to-trpc-error';

/** What a program sends by hand, without the form that tRPC's clients give it. */
function requireEnvelope(sent: SuperJSONResult): unknown {
  if (typeof sent === 'object' && sent !== null && 'json' in sent)
    return transformer.deserialize(sent);
  throw new AppError(
    'BAD_REQUEST',
    `The input has to stand under “json”: {"json": ${shortly(sent)}}.`,
  );
}

const SHOWN = 60;
function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? '…';
  return text.length > SHOWN ? '…' : text;
}

const t = initTRPC
  .context<Context>()
  .meta<{ permission?: Permission }>()
  .create({
    transformer: { ...transformer, deserialize: requireEnvelope },
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
      if (error.cause instanceof AppError) {
        const { conflicts, refused } = error.cause;
        if (conflicts) data.conflicts = conflicts;
        if (refused) data.refused = refused;
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

const SIGN_IN_FIRST =
  'You are not signed in. Open the address that npm start printed, or npm start -- --url prints.';

/** A procedure for those who hold `permission`; `ctx.actor` and `ctx.scope` are theirs. */
export function procedureFor(permission: Permission) {
  return base.meta({ permission }).use(({ ctx, next }) => {
    const { actor } = ctx;
    if (!actor) throw new AppError('UNAUTHORIZED', SIGN_IN_FIRST);
    if (!may(actor, permission)) {
      throw new AppError('FORBIDDEN', `Your role, ${actor.role}, may not do this.`);
    }
    if (actor.scopes && !actor.scopes.includes(permission)) {
      throw new AppError('FORBIDDEN', `This token does not give the permission ${permission}.`);
    }
    const scope: Scope = { actor, permission };
    return next({ ctx: { ...ctx, actor, scope } });
  });
}

/**
 * As `procedureFor`, on the chart that the input names: it exists and the actor is a member who may
 * do this. What writes begins once that is known; a query may run meanwhile, and its answer waits.
 * `ctx.scope` is the chart's; `ctx.chart` is for those who need more of the chart than its id.
 */
export function chartProcedure(permission: Permission) {
  return procedureFor(permission)
    .input(z.object({ chartId }))
    .use(async ({ ctx, input, next, type }) => {
      const scope: ChartScope = { ...ctx.scope, chartId: input.chartId };
      const chart = requireChart(ctx.db, scope);
      if (type !== 'query') await chart;
      const [, result] = await Promise.all([chart, next({ ctx: { ...ctx, scope, chart } })]);
      return result;
    });
}

/**
 * As `chartProcedure`, for a function that throws where the first statement that it sends anyway
 * finds no such chart in its scope. What fails tells no more of the chart than `requireChart` does.
 */
export function scopedProcedure(permission: Permission) {
  return procedureFor(permission)
    .input(z.object({ chartId }))
    .use(async ({ ctx, input, next }) => {
      const scope: ChartScope = { ...ctx.scope, chartId: input.chartId };
      const result = await next({ ctx: { ...ctx, scope } });
      if (!result.ok) await requireChart(ctx.db, scope);
      return result;
    });
}
