import { handToPython } from './setup/run-child';

/** What the ML service learns, judged by rules and planted patterns; all of it is in Python. */
export const run = (options: string[]) => handToPython('bench.quality', options);
