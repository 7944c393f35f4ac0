// Just enough of each engine for the recipes to be checked without installing it.

declare module 'phaser' {
  export class Text {
    setText(text: string): this;
  }
  export class Scene {
    constructor(key: string);
    readonly add: { text(x: number, y: number, text: string): Text };
    readonly events: { once(name: string, listener: () => void, context?: unknown): void };
    readonly scene: { start(key: string, data?: object): void };
  }
}

declare module 'playcanvas' {
  export class Application {
    fire(name: string, argument?: unknown): this;
  }
  export class Script {
    readonly app: Application;
    on(name: 'destroy', listener: () => void): void;
  }
}

declare module '@babylonjs/core' {
  export class Observable<T> {
    add(listener: (value: T) => void): unknown;
    notifyObservers(value: T): boolean;
  }
  export class Scene {
    readonly onDisposeObservable: Observable<Scene>;
  }
}
