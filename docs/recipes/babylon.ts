// Babylon's own observables instead of events, and an end together with the scene's.
import { Observable, type Scene } from '@babylonjs/core';
import { type CloseReason, type Endpoint, RelayConnection } from 'relais';

export interface Match {
  readonly relay: RelayConnection;
  readonly onOpen: Observable<Endpoint>;
  readonly onClose: Observable<CloseReason>;
}

export function createMatch(scene: Scene): Match {
  const relay = new RelayConnection('https://studio.example/relay');
  const match = {
    relay,
    onOpen: new Observable<Endpoint>(),
    onClose: new Observable<CloseReason>(),
  };
  relay.on('open', (endpoint) => match.onOpen.notifyObservers(endpoint));
  relay.on('close', (reason) => match.onClose.notifyObservers(reason));
  scene.onDisposeObservable.add(() => relay.leave());
  return match;
}
