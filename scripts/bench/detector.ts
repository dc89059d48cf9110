import { handToPython } from './setup/run-child';

/** What becomes of one span and the answers of a scripted annotator; all of it is in Python. */
export const run = (options: string[]) => handToPython('bench.detector', options);
