import { join } from 'node:path';
import * as z from 'zod';
import { labelNextRequest } from '@/contract/examined';
import { runMetrics, runParams } from '@/contract/runs';
import { liveSearchRequest, searchParams } from '@/contract/searches';
import { ML_FOLDER } from '../runtime/python';

export const ML_SCHEMA = join(ML_FOLDER, 'app', 'training', 'contract.json');

/** What the ML service reads and writes in `training_runs`, as it holds it against the contract. */
export function renderMlSchema(): string {
  const schemas = {
    runParams: z.toJSONSchema(runParams, { io: 'input' }),
    searchParams: z.toJSONSchema(searchParams, { io: 'input' }),
    labelNextRequest: z.toJSONSchema(labelNextRequest, { io: 'input' }),
    liveSearchRequest: z.toJSONSchema(liveSearchRequest, { io: 'input' }),
    runMetrics: z.toJSONSchema(runMetrics),
  };
  return `${JSON.stringify(schemas, null, 2)}\n`;
}
