// A game without an engine: the loop reads the connection's state, and needs no listener at all.
import { RelayConnection } from 'relais';

export function play(canvas: HTMLCanvasElement, code?: string): RelayConnection {
  const relay = new RelayConnection('https://studio.example/relay');
  const pen = canvas.getContext('2d');
  if (code) relay.join(code);
  else relay.create();

  const texts = {
    idle: () => '',
    requesting: () => 'Asking for a match …',
    waiting: () => `Your code is ${relay.joinCode}`,
    open: () => `${relay.players.length} players through ${relay.endpoint?.link}`,
    closed: () => 'The match is over.',
    failed: () => 'No relay was found.',
  };
  const draw = () => {
    pen?.clearRect(0, 0, canvas.width, canvas.height);
    pen?.fillText(texts[relay.state](), 16, 32);
    requestAnimationFrame(draw);
  };
  draw();
  return relay;
}
