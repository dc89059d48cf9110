/** Something a person can mend. Its message says what, where, and what to do; nothing was changed. */
export class Failure extends Error {
  override name = 'Failure';
}
