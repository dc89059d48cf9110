/** `npm run test:faults` has the long form of every fault, `npm test` the short one. */
export const IS_LONG = process.env.FAULTS === 'long';
