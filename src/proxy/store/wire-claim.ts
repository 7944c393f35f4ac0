/** That a process has a wire of a seat's channel. Of several claims, that of the wire that was opened last holds. */
export interface WireClaim {
  /** When the wire was opened, by the store's clock, in milliseconds since the epoch. */
  readonly at: number;
  /** Tells the process from the others that share the store. No spaces. */
  readonly process: string;
}

/** Whether a claim holds against another one. Of wires that were opened at once any may: all processes agree on it. */
export function isLater(claim: WireClaim, than: WireClaim): boolean {
  return claim.at === than.at ? claim.process > than.process : claim.at > than.at;
}

export function writeClaim({ at, process }: WireClaim): string {
  return `${at} ${process}`;
}

export function readClaim(text: string): WireClaim | undefined {
  const [at, process] = text.split(' ');
  return at && process && Number.isFinite(Number(at)) ? { at: Number(at), process } : undefined;
}
