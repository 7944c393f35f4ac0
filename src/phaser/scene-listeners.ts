import type { ListenerOf } from '../common/registrations.js';
import { surface } from '../common/surface.js';
import { isOver, type PhaserScene } from './phaser-types.js';
import type { PluginEmission, RelaisPluginEvents } from './plugin-events.js';

type AnyListener = ListenerOf<RelaisPluginEvents, keyof RelaisPluginEvents>;

interface Registration {
  readonly event: keyof RelaisPluginEvents;
  readonly listener: AnyListener;
  readonly scene: PhaserScene;
  readonly isOnce: boolean;
}

/** The scenes' listeners. Each goes with its scene: one that starts again does not hear everything twice. */
export class SceneListeners {
  #registrations: readonly Registration[] = [];
  /** Stops listening to the end of a scene. */
  readonly #farewells = new Map<PhaserScene, () => void>();

  /** Of a scene that is over it takes none: the scene's own code may still wait for something. */
  add(registration: Registration): void {
    if (typeof registration.listener !== 'function') {
      throw new TypeError('The listener must be a function');
    }
    const { scene } = registration;
    if (isOver(scene)) return;
    this.#registrations = [...this.#registrations, registration];
    if (!this.#farewells.has(scene)) this.#followScene(scene);
  }

  remove(isRemoved: (registration: Registration) => boolean): void {
    this.#registrations = this.#registrations.filter((each) => !isRemoved(each));
  }

  /** Calls those who listen to an event, and still do when it is their turn. One that throws disturbs no other. */
  fire({ name, payload }: PluginEmission): void {
    for (const registration of this.#registrations) {
      const { event, isOnce, listener, scene } = registration;
      if (event !== name || !this.#registrations.includes(registration)) continue;
      if (isOnce) this.remove((each) => each === registration);
      try {
        listener.apply(scene, payload);
      } catch (error) {
        surface(error);
      }
    }
  }

  /** Forgets all scenes. */
  clear(): void {
    this.#registrations = [];
    for (const forget of this.#farewells.values()) forget();
    this.#farewells.clear();
  }

  #followScene(scene: PhaserScene): void {
    // A scene that is destroyed has lost its emitter; one that is removed while it runs is not shut down before.
    const { events } = scene.sys;
    const onEnd = () => {
      this.remove((each) => each.scene === scene);
      this.#farewells.get(scene)?.();
      this.#farewells.delete(scene);
    };
    events.on('shutdown', onEnd);
    events.on('destroy', onEnd);
    this.#farewells.set(scene, () => {
      events.off('shutdown', onEnd);
      events.off('destroy', onEnd);
    });
  }
}
