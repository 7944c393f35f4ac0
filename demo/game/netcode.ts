import type { RelayChannel } from 'relais';

/** How often the host tells how the game stands, and a client what its player does: times a second. */
export const RATE = 30;
/** How late a client shows the others, in milliseconds: by three snapshots, so that two may be lost. */
const DELAY = 100;
/** Who says nothing for this long is gone, in milliseconds. */
const SILENCE = 5_000;

/** Something that moves. Its id is a player's place in the game, or a number that is nobody's place. */
export type Body = { readonly id: number; readonly x: number; readonly y: number };
/** What there is to draw: the bodies, which move smoothly, and the rest, which does not. */
export type Scene<Rest> = { readonly bodies: readonly Body[]; readonly rest: Rest };
/** A scene as the host has it at a time. Each has all that there is, so that one may be lost. */
type Snapshot<Rest> = Scene<Rest> & { readonly time: number };

/** What the host needs of a game. What comes from a client is `unknown`, for it may send anything. */
export interface Game<Self, Rest> {
  /** Gives a newcomer a place, from 0 up; none where the game is full. */
  enter(): number | undefined;
  leave(id: number): void;
  rename(id: number, name: unknown): void;
  /** What a player does until the next call. */
  steer(id: number, input: unknown): void;
  /** Lets 1/30 s pass. */
  step(): void;
  /** A player's own body, with all that decides where it moves next. */
  self(id: number): Self;
  scene(): Scene<Rest>;
}

const encode = (message: object) => new TextEncoder().encode(JSON.stringify(message));
const decode = (bytes: Uint8Array) => {
  try {
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
};

/** Shows snapshots a little late, so that there is always a next one to move to. */
function playback<Rest>(delay: number) {
  let film: Snapshot<Rest>[] = [];
  /** The snapshots' clock minus ours, when one comes, on average. */
  let ahead = 0;
  return {
    /** Returns whether the snapshot is news: one that was overtaken on its way is not. */
    add(snapshot: Snapshot<Rest>, now: number): boolean {
      const last = film.at(-1);
      const change = snapshot.time - now - ahead;
      // Another clock is another host: its page was loaded anew.
      const isAnew = !last || Math.abs(change) > 1_000;
      if (!isAnew && snapshot.time <= last.time) return false;
      ahead += isAnew ? change : change / 10;
      film = isAnew ? [snapshot] : [...film.slice(1 - RATE), snapshot];
      return true;
    },
    scene(now: number): Scene<Rest> | undefined {
      const time = now + ahead - delay;
      const next = film.findIndex((snapshot) => snapshot.time > time);
      const to = film.at(next);
      if (!to) return undefined;
      const from = film[next - 1] ?? to;
      const share = from === to ? 1 : (time - from.time) / (to.time - from.time);
      const bodies = to.bodies.map((body) => {
        const { x, y } = from.bodies.find(({ id }) => id === body.id) ?? body;
        return { ...body, x: x + (body.x - x) * share, y: y + (body.y - y) * share };
      });
      return { bodies, rest: to.rest };
    },
  };
}

/** The host's side: it alone runs the game. `hasSeat` says who is a client of the session. */
export function hostGame<Self, Rest>(
  channel: RelayChannel,
  game: Game<Self, Rest>,
  hasSeat: (playerId: string) => boolean,
  now = () => performance.now(),
) {
  const me = game.enter() ?? 0;
  /** The others, by the connection ids that their datagrams come with. */
  const guests = new Map<number, { id: number; playerId: string; ack: number; heardAt: number }>();
  const film = playback<Rest>(1_500 / RATE);
  let time = 0;
  /** Lets in who says hello: in the old place, if they had another connection until now. */
  const admit = (playerId: string, from: number) => {
    if (!hasSeat(playerId)) return undefined;
    const [old = from, guest] = [...guests].find(([, one]) => one.playerId === playerId) ?? [];
    // Whoever is there cannot come once more: this is somebody else who gives their id.
    if (guest && now() - guest.heardAt < 1_000) return undefined;
    const id = guest?.id ?? game.enter();
    guests.delete(old);
    if (id === undefined) channel.send(encode({ full: true }), from);
    else guests.set(from, { id, playerId, ack: 0, heardAt: now() });
    return guests.get(from);
  };
  channel.on('datagram', (bytes, from = 0) => {
    const { hello, name, seq, input } = decode(bytes);
    const guest = guests.get(from) ?? admit(hello, from);
    if (!guest) return;
    guest.heardAt = now();
    if (hello) game.rename(guest.id, name);
    else if (seq > guest.ack) game.steer(guest.id, input);
    // A hello may take the count back: its page was loaded anew.
    if (hello || seq > guest.ack) guest.ack = seq;
  });
  return {
    me: () => me,
    /** To be called 30 times a second. */
    tick(name: string, input: unknown): void {
      for (const [from, { id, heardAt, playerId }] of guests) {
        if (hasSeat(playerId) && now() - heardAt < SILENCE) continue;
        guests.delete(from);
        game.leave(id);
      }
      game.rename(me, name);
      game.steer(me, input);
      game.step();
      time += 1_000 / RATE;
      const snapshot = { time: Math.round(time), ...game.scene() };
      film.add(snapshot, now());
      for (const [from, { id, ack }] of guests)
        channel.send(encode({ ...snapshot, self: game.self(id), ack }), from);
    },
    scene: () => film.scene(now()),
    /** Who has that place; nobody where it is the host's. */
    playerIn: (place: number) => [...guests.values()].find(({ id }) => id === place)?.playerId,
  };
}

/** A client's side: it shows its own player at once, as `move` has it, and the others a little late. */
export function joinGame<Input, Self extends Body, Rest>(
  channel: RelayChannel,
  playerId: string,
  move: (self: Self, input: Input) => Self,
  now = () => performance.now(),
) {
  const others = playback<Rest>(DELAY);
  const own = playback<undefined>(1_500 / RATE);
  let seq = 0;
  let pending: { readonly seq: number; readonly input: Input }[] = [];
  let self: Self | undefined;
  /** How far from there it is shown. This fades, so that nobody sees a correction. */
  let slip = { x: 0, y: 0 };
  let isFull = false;
  let heardAt = 0;
  channel.on('datagram', (bytes) => {
    const message = decode(bytes);
    isFull = message.full === true;
    if (!message.bodies || !others.add(message, now())) return;
    heardAt = now();
    // The host's word, and what the player did since.
    pending = pending.filter((one) => one.seq > message.ack);
    const right = pending.reduce((body, { input }) => move(body, input), message.self as Self);
    const { x, y } = self ?? right;
    slip = { x: slip.x + x - right.x, y: slip.y + y - right.y };
    self = right;
  });
  return {
    /** To be called 30 times a second. */
    tick(name: string, input: Input): void {
      seq += 1;
      // Again and again: it may be lost, and the host's page be loaded anew.
      if (seq % 10 === 1) channel.send(encode({ hello: playerId, name, seq }));
      channel.send(encode({ seq, input }));
      // Where the host says nothing for two seconds, there is nothing to foresee.
      if (!self || pending.length >= 2 * RATE) return;
      pending = [...pending, { seq, input }];
      self = move(self, input);
      slip = { x: slip.x * 0.8, y: slip.y * 0.8 };
      const body = { id: self.id, x: self.x + slip.x, y: self.y + slip.y };
      own.add({ time: (seq * 1_000) / RATE, bodies: [body], rest: undefined }, now());
    },
    scene(): Scene<Rest> | undefined {
      const scene = others.scene(now());
      const mine = own.scene(now())?.bodies[0];
      if (!scene || !mine) return undefined;
      return { ...scene, bodies: scene.bodies.map((body) => (body.id === mine.id ? mine : body)) };
    },
    /** The player's place, once they have one. */
    me: () => self?.id,
    isFull: () => isFull,
    /** How long the host has said nothing, in milliseconds. */
    silence: () => now() - heardAt,
  };
}
