/** A text of the service's as a terminal may get it: without characters that move the cursor, or hide what follows. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
