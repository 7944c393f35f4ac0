// A script for the root entity: other scripts listen to the application's `relay:…` events.
import { Script } from 'playcanvas';
import { RelayConnection } from 'relais';

export class RelayScript extends Script {
  readonly relay = new RelayConnection('https://studio.example/relay');

  initialize(): void {
    const { app, relay } = this;
    relay.on('open', (endpoint) => app.fire('relay:open', endpoint));
    relay.on('linked', (endpoint) => app.fire('relay:moved', endpoint));
    relay.on('close', (reason) => app.fire('relay:close', reason));
    this.on('destroy', () => relay.leave());
    const code = new URL(location.href).searchParams.get('join');
    if (code) relay.join(code);
    else relay.create();
  }
}
