// What the plugin uses of Phaser, as types of its own: those of 3.60 and of 4 fit alike, and nothing is imported.

/** An emitter of Phaser's. */
export interface PhaserEmitter {
  /** Listens to an event. */
  on(event: string, listener: () => void, context?: unknown): unknown;
  /** Listens no longer. */
  off(event: string, listener: () => void, context?: unknown): unknown;
}

/** A `Phaser.Scene`. */
export interface PhaserScene {
  /** The scene's systems. */
  readonly sys: {
    /** Tells of the scene's end. */
    readonly events: PhaserEmitter;
    /** What Phaser keeps of the scene. */
    readonly settings: {
      /** Whether it runs, sleeps or is over, as one of `Phaser.Scenes`. */
      readonly status?: number | undefined;
    };
  };
}

/** A `Phaser.Game`. */
export interface PhaserGame {
  /** Tells of each step. */
  readonly events: PhaserEmitter;
}

/** The `Phaser.Plugins.PluginManager` that makes the plugin. */
export interface PhaserPluginManager {
  /** The game that the plugin is part of. */
  readonly game: PhaserGame;
}

/** The status of a scene that was shut down; that of one that was destroyed is higher. */
const SHUTDOWN = 8;

/** Whether a scene is over, or waits for its next start. */
export function isOver({ sys }: PhaserScene): boolean {
  return (sys.settings.status ?? 0) >= SHUTDOWN;
}
