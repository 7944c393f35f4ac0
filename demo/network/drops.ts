import type { ChannelStats } from 'relais';

/** Why datagrams did not get through: on the page, at the gateway, or in the network that the levers spoil. */
export const CAUSES = {
  'not-open': 'The channel was not open, or the relay had not let the player in.',
  stalled: 'The other end had not answered for too long.',
  congested: 'More was on its way than arrives in time.',
  late: 'It came too late.',
  rate: 'One player sent more than the gateway takes.',
  'no-wire': 'The page’s wire was lost, and not back yet.',
  socket: 'The gateway’s system did not send it.',
  wire: 'The network between page and gateway lost it.',
  lost: 'The simulated network lost it: those of all players, and the pings to the relay.',
} as const;

export type Cause = keyof typeof CAUSES;

/** How many datagrams did not get through, by the direction as the page sees it. */
export interface Both {
  readonly out: number;
  readonly in: number;
}

/** What the simulated network has lost. */
export type Lost = Both;

/** All drops since the channel was opened, by cause. */
export type Drops = Readonly<Record<Cause, Both>>;

/** Puts together what a channel, its gateway and the simulated network have dropped. */
export function dropsOf(
  { notSent, notReceived, gateway, lost: onWire }: ChannelStats,
  lost: Lost,
): Drops {
  const on = (counts: Readonly<Record<string, number>> | undefined, cause: string) =>
    counts?.[cause] ?? 0;
  const both = (cause: string): Both => ({
    out: on(notSent, cause) + on(gateway?.fromPage.dropped, cause),
    in: on(notReceived, cause) + on(gateway?.toPage.dropped, cause),
  });
  return {
    'not-open': both('not-open'),
    stalled: both('stalled'),
    congested: both('congested'),
    late: both('late'),
    rate: both('rate'),
    'no-wire': both('no-wire'),
    socket: both('socket'),
    wire: { out: onWire.sending, in: onWire.receiving },
    lost,
  };
}
