import type { Question } from '@/contract/uploads';
import { detect as detectSample } from './detect';

/** How a whole file is read. */
export const detect = (text: string) =>
  detectSample({ text, more: [], isComplete: true }, 'prices.csv')!;
/** What is asked about it. */
export const asked = (text: string) => detect(text).questions;
/** On the command line, of the first question. */
export const options = ([question]: Question[]) => question?.answers.map(({ option }) => option);

/** Without their century. */
export const DAYS = ['24-01-29', '24-01-30', '24-01-31', '24-02-01', '24-02-02'];
