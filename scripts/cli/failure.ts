/** Something a person can mend. Its message says what, where, and what to do. */
export class Failure extends Error {
  override name = 'Failure';
}
