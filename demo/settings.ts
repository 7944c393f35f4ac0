/** What the page is told when it starts. */
export interface DemoSettings {
  readonly proxyUrl: string;
  /** Whether the sessions are simulated or real. */
  readonly service: 'simulator' | 'edgegap';
}
