/** One thing that was verified. */
export type Check = {
  name: string;
  passed: boolean;
  text: string;
  /** What is wrong, the first few. */
  details: string[];
};
