/**
 * What a `fetch` throws that did not even send the request, and that knows why: the `reason` is what the call rejects
 * with, as it is. Nothing was done, and it is not worth repeating.
 */
export class NotSent extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('The request was not sent.');
    this.name = 'NotSent';
    this.reason = reason;
  }
}
