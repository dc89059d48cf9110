/** Who said it, where that is not a person with the mouse. */
export const SOURCE_TAGS: Record<string, string> = {
  model_confirmed: 'confirmed',
  model_corrected: 'corrected',
  human_correction: 'dismissed',
  talib: 'TA-Lib',
  programmatic: 'script',
  model: 'model',
  example: 'example',
};

const SOURCES: Record<string, string> = {
  human: 'People',
  model_confirmed: 'A model, confirmed',
  model_corrected: 'A model, corrected',
  human_correction: 'A model, dismissed',
  talib: 'TA-Lib',
  programmatic: 'A script',
  model: 'A model',
  example: 'The example’s rule',
};

/** The source of a span in words; an import's own stays as it is. */
export const sourceText = (source: string): string => SOURCES[source] ?? source;
