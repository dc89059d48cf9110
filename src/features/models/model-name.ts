import type { RunParams, RunSummary } from '@/contract/runs';

const NAMES: Record<RunParams['model'], string> = {
  ensemble: 'Boosting and forest',
  lightgbm: 'LightGBM',
  forest: 'Random forest',
  template: 'Template search',
};
const isOwn = (model: string): model is RunParams['model'] => Object.hasOwn(NAMES, model);

/** Whether the model service of this program knows it, and so can predict with it. */
export const isOwnModel = ({ params }: Pick<RunSummary, 'params'>) => isOwn(params.model);

/** What a run's model is called; that of another program by its own name. */
export const modelName = ({ params: { model } }: Pick<RunSummary, 'params'>): string =>
  isOwn(model) ? NAMES[model] : model;
