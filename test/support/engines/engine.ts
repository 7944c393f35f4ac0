/** A game's page in a window of its own, in whichever engine. */
export interface EnginePage {
  goto(url: string): Promise<void>;
  /** Waits until the page is there again. */
  reload(): Promise<void>;
  /** Goes back in the tab's history. */
  back(): Promise<void>;
  /** The value of an expression on the page, by way of JSON. A promise is awaited. */
  evaluate(expression: string): Promise<unknown>;
  /** Puts it out of sight: behind another tab, or on to the task bar. */
  hide(): Promise<void>;
  /** Closes its tab, as a player does: the page is not asked. */
  close(): Promise<void>;
  /** Takes the network away from the page, or gives it back. */
  setOffline(isOffline: boolean): Promise<void>;
}

/** A real browser that runs. */
export interface EngineBrowser {
  /** Of the engine. */
  readonly version: string;
  /** Opens an empty page that is in sight, however many there are: what is hidden has slow timers. */
  open(): Promise<EnginePage>;
  close(): Promise<void>;
}
