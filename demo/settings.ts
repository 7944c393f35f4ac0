/** What the page is told when it starts. */
export interface DemoSettings {
  readonly proxyUrl: string;
  /** Whether the sessions are simulated or real. */
  readonly service: 'simulator' | 'edgegap';
  /** The base of links to this page. If the page listens to other devices, the links work there. */
  readonly invitationBase: string;
  /** Whether only this machine can open the page. */
  readonly isLocalOnly: boolean;
  /** Time from *create* until a simulated session is linked, in milliseconds. */
  readonly linkDelay: number;
}
